import RoostRuntime
import RoostTesting
import Testing

@testable import RoostRuntime

/// The output gate's cases of `io-gate-test.c++`, under their names.
struct OutputGateCasesTests {
    private let test: SteppedTest
    private let gate = OutputGate()

    init() throws { test = try SteppedTest { try $0.register(Counter.self) } }

    private func passage() -> Pending<Void> {
        let gate = gate
        let pending = test.start { try await gate.passage() }
        test.settle()
        return pending
    }

    @Test func `OutputGate basics`() throws {
        #expect(passage().isDone)
        gate.changed(batch: 1, confirmed: true)
        let waiting = passage()
        #expect(!waiting.isDone)
        gate.settled(batch: 1)
        test.settle()
        try waiting.value()
    }

    // Batches of one object end in their order; so what is out of order here is who waits.
    @Test func `OutputGate out-of-order`() throws {
        gate.changed(batch: 1, confirmed: true)
        let first = passage()
        gate.changed(batch: 2, confirmed: true)
        let second = passage()
        gate.changed(batch: 3, confirmed: true)
        gate.settled(batch: 1)
        test.settle()
        #expect(first.isDone)
        #expect(!second.isDone)
        gate.settled(batch: 2)
        test.settle()
        #expect(second.isDone)
        #expect(!passage().isDone)
    }

    @Test func `OutputGate exception`() throws {
        gate.changed(batch: 1, confirmed: true)
        let before = passage()
        gate.changed(batch: 2, confirmed: true)
        let after = passage()
        gate.settled(batch: 1)
        gate.fail(RoostError(.objectReset, "lost"))
        test.settle()
        try before.value()
        #expect(throws: RoostError.self) { try after.value() }
        #expect(throws: RoostError.self) { try passage().value() }
        // It stays broken.
        gate.settled(batch: 2)
        #expect(throws: RoostError.self) { try passage().value() }
    }

    @Test func `OutputGate canceled`() throws {
        gate.changed(batch: 1, confirmed: true)
        let before = passage()
        gate.settled(batch: 1)
        test.settle()
        let counter = try test.objects(of: Counter.self).get("a")
        test.disk.holdCommits()
        let write = test.start { try await counter.increment() }
        test.settle()
        // The instance goes before its change is durable.
        test.test.abortAll()
        test.settle()
        let error = #expect(throws: RoostError.self) { try write.value() }
        #expect(error?.reset == true)
        try before.value()
        test.disk.releaseCommits()
        test.settle()
        // What was on its way may have arrived.
        #expect(try test.run { try await counter.value() } <= 1)
    }
}
