import Distributed
import Synchronization

/// One event inside an object: it was let in, and must say when it is done and wait at the gate with what came of it.
struct Visit: Sendable {
    let activation: Activation
    let instance: any DurableObject
    let bytes: Int
    /// Whether it comes from another object.
    let isInternal: Bool
    /// Whether it had to wait before it was let in.
    let hasWaited: Bool
    /// Its place in line where it comes from, until it stands in the object's queue.
    let departure: Departure?
    /// The object's last durable batch when the event came in.
    private let durable: UInt64

    init(
        activation: Activation,
        instance: any DurableObject,
        bytes: Int,
        isInternal: Bool,
        hasWaited: Bool,
        departure: Departure?
    ) {
        self.activation = activation
        self.instance = instance
        self.bytes = bytes
        self.isInternal = isInternal
        self.hasWaited = hasWaited
        self.departure = departure
        durable = activation.gate.durable
    }

    /// The instance as what it is.
    func instance<Object: DistributedActor>(as type: Object.Type) -> Object {
        // A class has instances of its own type only, and nobody gets a stub of another type or an entry of another
        // class, so a real cast, which is slow, is not needed.
        assert(instance is Object)
        return unsafe unsafeDowncast(instance as AnyObject, to: Object.self)
    }

    /// The event is done.
    func leave() { activation.leave(bytes: bytes) }

    /// Returns when the outcome, good or bad, may be told: all that it may depend on is durable.
    func passage() async throws {
        do {
            try await activation.passage()
        } catch {
            throw told(error)
        }
    }

    /// What is said when the outcome is lost.
    func told(_ error: any Error) -> any Error {
        guard let error = error as? RoostError else { return error }
        // Something that was changed since the event came in is durable: perhaps what it has changed itself.
        return activation.gate.durable == durable ? error : error.withUnknownOutcome()
    }
}

extension ClassEntry {
    /// Calls an object with a closure: what a stub's call does, without describing the call.
    ///
    /// - Parameter entrance: See ``visit(_:bytes:entrance:)``.
    /// - Throws: What `body` throws, or ``RoostError``.
    func call<Object: DurableObject, Result: Sendable>(
        _ address: ObjectAddress,
        bytes: Int = 0,
        entrance: Entrance = .ordinary,
        _ body: @Sendable (isolated Object, Activation) async throws -> Result
    ) async throws -> Result {
        let visit = try await begin(address, bytes: bytes, entrance: entrance)
        let result: Result
        do {
            defer { visit.leave() }
            let value = try await CurrentObject.$activation.withValue(visit.activation) {
                try await visit.instance(as: Object.self).whenLocal {
                    // Behind this turn, in which a section may begin that the next has to wait for.
                    if visit.hasWaited { visit.activation.admitAfter() }
                    visit.departure?.leave()
                    return try await body($0, visit.activation)
                }
            }
            guard let value else { preconditionFailure("An instance is always local.") }
            result = value
        } catch {
            try await end(visit)
            throw RoostError.remote(error, from: address.id)
        }
        try await end(visit)
        return result
    }

    /// The same with a closure that is a single turn.
    func turn<Object: DurableObject, Result: Sendable>(
        _ address: ObjectAddress,
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> Result {
        let (result, reply) = try await earlyTurn(address, body)
        try await reply.passage()
        return result
    }

    /// A turn of which the result comes before what it depends on is durable; an error comes afterwards.
    func earlyTurn<Object: DurableObject, Result: Sendable>(
        _ address: ObjectAddress,
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> (Result, EarlyReply) {
        let visit = try await begin(address)
        let result: Result
        do {
            defer { visit.leave() }
            result = try await visit.turn(body)
        } catch {
            try await end(visit)
            throw RoostError.remote(error, from: address.id)
        }
        if let reply = try earlyReply(visit) { return (result, reply) }
        try await end(visit)
        return (result, EarlyReply(visit, batch: nil))
    }

    /// What is to be waited for before the result is told; nil when it must not come early.
    private func earlyReply(_ visit: Visit) throws -> EarlyReply? {
        guard !visit.isInternal, visit.activation.isComplete.load(ordering: .acquiring) else { return nil }
        do {
            return EarlyReply(visit, batch: try visit.activation.gate.ticket())
        } catch {
            throw RoostError.remote(visit.told(error), from: visit.activation.address.id)
        }
    }

    private func begin(
        _ address: ObjectAddress,
        bytes: Int = 0,
        entrance: Entrance = .ordinary
    ) async throws -> Visit {
        do {
            return try await visit(address, bytes: bytes, entrance: entrance)
        } catch {
            throw await Self.brought(error, address)
        }
    }

    private func end(_ visit: Visit) async throws {
        do {
            try await visit.passage()
            if visit.isInternal { await Activation.readmitCaller() }
        } catch {
            throw await Self.brought(error, visit.activation.address)
        }
    }

    /// An error that is not the called method's own, once it may enter the object that has called.
    private static func brought(_ error: any Error, _ address: ObjectAddress) async -> any Error {
        await Activation.readmitCaller()
        return RoostError.remote(error, from: address.id)
    }
}

extension Visit {
    /// Goes to the actor by itself, because that is cheaper than asking the object whether it is here.
    fileprivate func turn<Object: DurableObject, Result: Sendable>(
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> Result {
        guard let actor = activation.localActor.withLock({ $0 }) else {
            departure?.leave()
            throw activation.goneError
        }
        return try await turn(of: instance(as: Object.self), on: actor, body)
    }

    private func turn<Object: DurableObject, Result: Sendable>(
        of object: Object,
        on actor: isolated any Actor,
        _ body: @Sendable (isolated Object) throws -> Result
    ) throws -> Result {
        // Nobody who is let in now can overtake this, and a turn begins no section that he would have to wait for.
        if hasWaited { activation.admitNext() }
        departure?.leave()
        return try object.assumeIsolated { object in
            try CurrentObject.$activation.withValue(activation) {
                unsafe try activation.turn { try body(object) }
            }
        }
    }
}
