public import Distributed
import RoostStorage

/// The actor system of all durable objects: makes stubs, and carries calls from a stub to its object.
///
/// Guarantee: every call passes the caller's output gate, is let into the one instance of its object (which is started
/// if it sleeps), and comes back through that object's output gate: with a result, an error, or the failure of the
/// commit that the result depended on.
///
/// A call runs in the task of its caller, from end to end; a change of thread would cost more than the call itself.
///
/// There are two kinds: the system of a class makes stubs, the system of an instance gives that instance its identity.
public final class ObjectSystem: DistributedActorSystem {
    /// Where an object is.
    public typealias ActorID = ObjectAddress
    /// Packs arguments.
    public typealias InvocationEncoder = RoostRuntime.InvocationEncoder
    /// Unpacks arguments.
    public typealias InvocationDecoder = RoostRuntime.InvocationDecoder
    /// Takes results.
    public typealias ResultHandler = ReplyHandler
    /// What crosses a stub.
    public typealias SerializationRequirement = ObjectMessage

    private enum Role {
        case stub(ClassEntry)
        case instance(Activation)
    }

    private let role: Role

    init(entry: ClassEntry) { role = .stub(entry) }

    init(activation: Activation) { role = .instance(activation) }

    private var roost: Roost {
        switch role {
        case .stub(let entry): entry.roost
        case .instance(let activation): activation.entry.roost
        }
    }

    /// The class of an object: mostly the one that this system makes stubs of.
    func entry(of address: ObjectAddress) throws(RoostError) -> ClassEntry {
        if case .stub(let entry) = role, entry.record.key == address.classKey { return entry }
        return try roost.entry(of: address.classKey)
    }

    // MARK: Identity

    /// Every reference that is resolved is a stub, also to an object that is awake in this process.
    ///
    /// - Throws: ``RoostError/Code/unknownClass`` or ``RoostError/Code/invalidID``.
    public func resolve<Act: DistributedActor>(id: ActorID, as actorType: Act.Type) throws -> Act? {
        let entry = try entry(of: id)
        guard entry.typeID == ObjectIdentifier(actorType), id.isProven || entry.key.owns(id.id.raw) else {
            throw RoostError(.invalidID, "Durable Object ID is not valid for this namespace.")
        }
        return nil
    }

    /// Called by the compiler when an initializer stores its actor system.
    public func assignID<Act: DistributedActor>(_ actorType: Act.Type) -> ActorID {
        guard case .instance(let activation) = role else {
            preconditionFailure(
                "A durable object is made by the runtime: store `context.actorSystem` in `actorSystem`."
            )
        }
        return activation.address
    }

    /// Called by the compiler when an instance is complete.
    public func actorReady<Act: DistributedActor>(_ actor: Act) where Act.ID == ActorID {
        guard case .instance(let activation) = role, let instance = actor as? any DurableObject else { return }
        activation.ready(instance)
    }

    /// Called by the compiler when an instance is deallocated.
    ///
    /// The catalog has forgotten it before.
    public func resignID(_ id: ActorID) {}

    // MARK: Calls

    /// An empty record for the arguments of one call.
    public func makeInvocationEncoder() -> InvocationEncoder { InvocationEncoder() }

    /// Carries a call with a result.
    public func remoteCall<Act, Err, Res>(
        on actor: Act,
        target: RemoteCallTarget,
        invocation: inout InvocationEncoder,
        throwing: Err.Type,
        returning: Res.Type
    ) async throws -> Res where Act: DistributedActor, Act.ID == ActorID, Err: Error, Res: ObjectMessage {
        let slot = TypedReplySlot<Res>()
        try await deliver(actor.id, Act.self, target, invocation, slot)
        if let error = slot.error { throw error }
        guard let value = slot.value else {
            throw RoostError(.badCall, "\(target.identifier) ended without a result.")
        }
        return value
    }

    /// Carries a call without a result.
    public func remoteCallVoid<Act, Err>(
        on actor: Act,
        target: RemoteCallTarget,
        invocation: inout InvocationEncoder,
        throwing: Err.Type
    ) async throws where Act: DistributedActor, Act.ID == ActorID, Err: Error {
        let slot = ReplySlot()
        try await deliver(actor.id, Act.self, target, invocation, slot)
        if let error = slot.error { throw error }
    }

    private func deliver<Act: DistributedActor>(
        _ address: ObjectAddress,
        _ type: Act.Type,
        _ target: RemoteCallTarget,
        _ invocation: InvocationEncoder,
        _ slot: ReplySlot
    ) async throws where Act.ID == ActorID {
        do {
            let visit = try await entry(of: address).visit(address, bytes: invocation.approximateBytes)
            do {
                defer { visit.leave() }
                let call = Call(target: target, invocation: invocation, slot: slot)
                if visit.hasWaited || visit.departure != nil {
                    try await executeInLine(call, visit, type)
                } else {
                    try await execute(call, visit, type)
                }
            }
            let mutations = roost.mutations
            if !mutations.isEmpty, mutations.skipGate(target.identifier, failed: slot.error != nil) { return }
            try await visit.passage()
            if visit.isInternal { await Activation.readmitCaller() }
            // An error of the object's own passes as it is; one of the runtime's tells where it came from.
            if let error = slot.error { slot.error = RoostError.remote(error, from: address.id) }
        } catch {
            await Activation.readmitCaller()
            throw RoostError.remote(error, from: address.id)
        }
    }

    /// A call on its way.
    ///
    /// Goes from task to task and is used by one of them at a time.
    private struct Call: @unchecked Sendable {
        let target: RemoteCallTarget
        let invocation: InvocationEncoder
        let slot: ReplySlot
    }

    private func execute<Act: DistributedActor>(_ call: Call, _ visit: Visit, _ type: Act.Type) async throws
    where Act.ID == ActorID {
        var decoder = InvocationDecoder(call.invocation.arguments)
        try await CurrentObject.$activation.withValue(visit.activation) {
            try await executeDistributedTarget(
                on: visit.instance(as: type),
                target: call.target,
                invocationDecoder: &decoder,
                handler: ReplyHandler(slot: call.slot)
            )
        }
    }

    /// Executes a call that has waited at its caller's gate or to be let in, and has the next follow behind it.
    ///
    /// The call's task runs at once up to where it stands in the object's queue, or has had its first turn. In one
    /// piece with what comes next it could be overtaken on its way there.
    @concurrent
    private func executeInLine<Act: DistributedActor>(
        _ call: Call,
        _ visit: Visit,
        _ type: Act.Type
    ) async throws where Act.ID == ActorID {
        let task = roost.seams.startAtOnce { try await self.execute(call, visit, type) }
        visit.departure?.leave()
        if visit.hasWaited { visit.activation.admitAfter() }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
