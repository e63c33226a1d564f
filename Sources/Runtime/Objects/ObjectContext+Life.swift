/// Holding events back, working on after a call, and giving up.
extension ObjectContext {
    /// Runs `body` while no other event is let into the object.
    ///
    /// ```swift
    /// settings = try await context.blockConcurrencyWhile {
    ///     try await self.load()
    /// }
    /// ```
    ///
    /// Calls and alarms that come meanwhile wait, in order; so do the answers to calls that other events of this object
    /// have made. What `body` itself sets in motion passes: its calls to other objects, and calls that these make back
    /// to this object. Sections started by events at the same time run one after the other; sections in one another, at
    /// most 64, pass through.
    ///
    /// When `body` throws, or takes longer than ``RoostConfiguration/blockingTimeMax``, the object is reset: everybody
    /// who waits gets the error, and the next call finds a fresh instance.
    ///
    /// - Parameter body: Runs on the object, as its own code does.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``RoostError/Code/limitExceeded`` when sections are nested too deeply, which
    ///   resets nothing; the reason when the object is reset.
    public func blockConcurrencyWhile<Result: Sendable>(
        @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Result
    ) async throws -> Result {
        try await activation.block(body)
    }

    /// Lets `body` run on after the call that starts it has been answered.
    ///
    /// The work belongs to the object: its calls wait at the object's gates, the object stays awake until it ends, and
    /// it is cancelled when the object is reset. An error that it throws is reported to the observer and has no other
    /// consequence.
    ///
    /// - Parameter body: Runs on the object, as its own code does.
    /// - Throws: ``RoostError/Code/overloaded`` when the object has too much to do, or the reason why it is gone.
    public func waitUntil(
        @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Void
    ) throws(RoostError) {
        try activation.background(body)
    }

    /// Resets this object: what its current turn has changed is dropped, and the next event starts a fresh instance.
    ///
    /// ```swift
    /// guard isSound else { try context.abort("The counters do not add up.") }
    /// ```
    ///
    /// - Parameters:
    ///   - reason: What callers are told.
    ///   - retryAlarm: Whether an alarm that is being run may run again. If not, it is given up.
    /// - Throws: Always: the error that everybody gets who waits for the object. Pass it on.
    public func abort(_ reason: String? = nil, retryAlarm: Bool = true) throws(RoostError) -> Never {
        let error = RoostError(
            .objectReset,
            reason ?? "Application called abort() to reset Durable Object.",
            reset: true
        )
        activation.reset(because: error, retriesAlarm: retryAlarm)
        throw error
    }
}
