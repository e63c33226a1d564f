import Distributed

/// One event inside an object: it was let in, and must say when it is done and wait at the gate with what came of it.
struct Visit: Sendable {
    let activation: Activation
    let instance: any DurableObject
    let bytes: Int
    /// Whether it comes from another object.
    let isInternal: Bool
    /// The object's last durable batch when the event came in.
    private let durable: UInt64

    init(activation: Activation, instance: any DurableObject, bytes: Int, isInternal: Bool) {
        self.activation = activation
        self.instance = instance
        self.bytes = bytes
        self.isInternal = isInternal
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
    ///
    /// For a caller that collects ``EarlyReplies`` that is at once.
    func passage() async throws {
        do {
            if !isInternal, let early = EarlyReplies.current {
                try early.note(activation.gate)
            } else {
                try await activation.passage()
            }
        } catch let error as RoostError {
            // Something that was changed since the event came in is durable: perhaps what it has changed itself.
            throw activation.gate.durable == durable ? error : error.withUnknownOutcome()
        }
    }
}

extension ClassEntry {
    /// Calls an object with a closure: what a stub's call does, without describing the call.
    ///
    /// - Throws: What `body` throws, or ``RoostError``.
    func call<Object: DurableObject, Result: Sendable>(
        _ address: ObjectAddress,
        _ body: @Sendable (isolated Object, Activation) async throws -> Result
    ) async throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            let visit = try await visit(address, bytes: 0)
            do {
                defer { visit.leave() }
                let result = try await CurrentObject.$activation.withValue(visit.activation) {
                    try await visit.instance(as: Object.self).whenLocal { try await body($0, visit.activation) }
                }
                guard let result else { preconditionFailure("An instance is always local.") }
                outcome = .success(result)
            } catch {
                outcome = .failure(error)
            }
            try await visit.passage()
            if visit.isInternal { await Activation.readmitCaller() }
        } catch {
            await Activation.readmitCaller()
            throw (error as? RoostError)?.fromRemote() ?? error
        }
        return try outcome.get()
    }
}
