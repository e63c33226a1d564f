public import RoostRuntime

/// Looking into objects, and making happen to them what otherwise takes time.
extension RoostTest {
    /// Runs `body` inside an object, as one of its events, and returns what it returned.
    ///
    /// The object is woken if it sleeps. What `body` changes is durable when this returns.
    ///
    /// - Parameters:
    ///   - stub: The object.
    ///   - body: Gets the instance itself and its context. Neither may leave it.
    /// - Throws: What `body` throws, or the failure of the object.
    public func run<Object: DurableObject, Result: Sendable>(
        in stub: Object,
        _ body: @escaping @Sendable (isolated Object, ObjectContext) async throws -> Result
    ) async throws -> Result {
        try await roost.run(in: stub, body)
    }

    /// Runs an object's alarm now, whenever it is due.
    ///
    /// The alarm is deleted first; when the handler throws, its error comes here, and the alarm is not run again.
    ///
    /// - Returns: Whether the object had an alarm.
    @discardableResult
    public func runAlarm<Object: DurableObject>(of stub: Object) async throws -> Bool {
        try await roost.runAlarm(of: stub)
    }

    /// Puts an object to sleep as soon as nothing is in it.
    ///
    /// What it had in memory is lost, what it stored stays; its stubs go on working.
    ///
    /// - Parameters:
    ///   - stub: The object.
    ///   - sockets: What becomes of its WebSockets.
    /// - Throws: ``RoostError/Code/notRunning`` when it sleeps; ``RoostError/Code/overloaded`` when it is busy for 30
    ///   s.
    public func evict<Object: DurableObject>(_ stub: Object, sockets: SocketEviction = .hibernate) async throws {
        try await roost.evict(stub, sockets: sockets)
    }

    /// Puts all objects to sleep that are awake, each as soon as nothing is in it.
    ///
    /// - Parameter sockets: What becomes of their WebSockets.
    public func evictAll(sockets: SocketEviction = .hibernate) async throws {
        try await roost.evictAll(sockets: sockets)
    }

    /// Resets all objects that are awake, whatever they are doing; what was not durable is lost.
    public func abortAll() { roost.abortAll() }

    /// The ids of the objects of a class that have stored something, with the names they were addressed by, in the
    /// order of the ids.
    public func ids<Object: DurableObject>(of type: Object.Type) throws(RoostError) -> [DurableObjectID] {
        try roost.ids(of: type)
    }

    /// The alarms of a class that are durable, in the order in which they are due; at most 10,000.
    public func alarms<Object: DurableObject>(
        of type: Object.Type
    ) throws(RoostError) -> [(id: DurableObjectID, due: Timestamp)] {
        try roost.alarms(of: type)
    }

    /// Lets time pass: timers and alarms fire in the order in which they are due, and each alarm has run to its end
    /// before time goes on.
    ///
    /// An alarm handler that itself waits for the clock never ends here. Use `SteppedTest` for those.
    public func advance(by duration: Duration) async {
        precondition(duration >= .zero, "Time does not go backwards.")
        let end = clock.elapsed + duration
        await roost.alarmsRest()
        while let wait = clock.timeToNextEvent, clock.elapsed + wait <= end {
            clock.advance(by: wait)
            await roost.alarmsRest()
        }
        clock.advance(by: max(end - clock.elapsed, .zero))
        await roost.alarmsRest()
    }
}
