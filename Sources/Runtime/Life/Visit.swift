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
