import RoostTesting

@testable import RoostRuntime

/// Tests of one guarded object, in a runtime that does nothing unless they let it.
protocol GuardedSuite {
    var test: SteppedTest { get }
    var object: Guarded { get }
}

extension GuardedSuite {
    /// Calls the object, and runs everything that can run.
    func start<Result: Sendable>(
        _ body: @escaping @Sendable (Guarded) async throws -> Result
    ) -> Pending<Result> {
        let object = object
        let pending = test.start { try await body(object) }
        test.settle()
        return pending
    }

    /// Opens a latch, and runs everything that can run then.
    func open(_ latch: String) {
        Latches.shared.open(latch)
        test.settle()
    }
}

extension ActivationStateMachine {
    /// That of an instance that runs, in which nothing happens.
    static func running(_ instance: some DurableObject) -> ActivationStateMachine {
        var machine = ActivationStateMachine(eventsMax: 100, bytesMax: 1_000)
        _ = machine.started(instance)
        while machine.admitNext() != nil {}
        return machine
    }
}
