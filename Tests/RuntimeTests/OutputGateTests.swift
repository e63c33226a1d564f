import RoostTesting
import Testing

@testable import RoostRuntime

struct OutputGateTests {
    private static let failure = RoostError(.objectReset, "lost")

    @Test func `an untouched gate is open`() async throws {
        let gate = OutputGate()
        #expect(gate.isSettled)
        try await gate.passage()
        #expect(gate.waiterCount == 0)
    }

    @Test func `a gate begins where the store stands`() async throws {
        let gate = OutputGate()
        gate.begin(durable: 41)
        gate.changed(batch: 42, confirmed: true)
        #expect(!gate.isSettled)
        gate.settled(batch: 42)
        #expect(gate.isSettled)
        #expect(gate.durable == 42)
        try await gate.passage()
    }

    @Test func `who waits for batch n leaves with it, and not with the one before`() async throws {
        var machine = OutputGateStateMachine(durable: 0)
        machine.changed(batch: 1, confirmed: true)
        machine.changed(batch: 2, confirmed: true)
        let ticket = machine.ticket(everything: false)
        #expect(ticket == 2)
        _ = machine.settled(batch: 1)
        let still = machine.ticket(everything: false)
        #expect(still == 2)
        _ = machine.settled(batch: 2)
        let none = machine.ticket(everything: false)
        #expect(none == nil)
    }

    @Test func `an unconfirmed batch holds only those who wait for everything`() {
        var machine = OutputGateStateMachine(durable: 0)
        machine.changed(batch: 1, confirmed: false)
        let reply = machine.ticket(everything: false)
        let sync = machine.ticket(everything: true)
        #expect(reply == nil)
        #expect(sync == 1)
        // One confirmed change makes the whole batch confirmed.
        machine.changed(batch: 1, confirmed: true)
        let after = machine.ticket(everything: false)
        #expect(after == 1)
    }

    @Test func `a batch in which nothing confirmed is left holds those before it, and everybody who waits for all`() {
        var machine = OutputGateStateMachine(durable: 0)
        machine.changed(batch: 1, confirmed: true)
        machine.changed(batch: 2, confirmed: false)
        machine.changed(batch: 2, confirmed: true)
        machine.unconfirmed(batch: 2)
        let reply = machine.ticket(everything: false)
        let sync = machine.ticket(everything: true)
        #expect(reply == 1)
        #expect(sync == 2)
        // And again, in the same batch.
        machine.changed(batch: 2, confirmed: true)
        let again = machine.ticket(everything: false)
        machine.unconfirmed(batch: 2)
        let after = machine.ticket(everything: false)
        #expect([again, after] == [2, 1])
    }

    @Test func `what is durable may be told although a later batch has failed`() async {
        var machine = OutputGateStateMachine(durable: 0)
        machine.changed(batch: 1, confirmed: true)
        _ = machine.settled(batch: 1)
        machine.changed(batch: 2, confirmed: true)
        _ = machine.failed(Self.failure)
        for (batch, isOpen) in [(UInt64(1), true), (2, false)] {
            let number = machine.number()
            let outcome: OutputGateStateMachine.Outcome = await withCheckedContinuation { continuation in
                let known = machine.park(number: number, batch: batch, continuation)
                continuation.resume(returning: known ?? .cancelled)
            }
            switch outcome {
            case .open: #expect(isOpen)
            case .failed: #expect(!isOpen)
            case .cancelled: Issue.record("Batch \(batch) has its answer.")
            }
        }
    }

    @Test func `a failed gate never opens again`() async {
        let gate = OutputGate()
        gate.changed(batch: 1, confirmed: true)
        gate.fail(Self.failure)
        gate.fail(RoostError(.storeFailed, "later"))
        await #expect(throws: Self.failure) { try await gate.passage() }
        let failure = gate.failure as? RoostError
        #expect(failure?.code == .objectReset)
    }

    @Test func `waiters are told of a failure`() async {
        let gate = OutputGate()
        gate.changed(batch: 1, confirmed: true)
        let waiter = Task { try await gate.passage() }
        gate.fail(Self.failure)
        let result = await waiter.result
        #expect(throws: RoostError.self) { try result.get() }
    }

    @Test func `a cancelled waiter leaves, the others stay`() async throws {
        let gate = OutputGate()
        gate.changed(batch: 1, confirmed: true)
        let leaving = Task { try await gate.passage() }
        let staying = Task { try await gate.passage() }
        leaving.cancel()
        let result = await leaving.result
        #expect(throws: CancellationError.self) { try result.get() }
        gate.settled(batch: 1)
        try await staying.value
    }

    @Test func `a batch that skips one traps`() async {
        await #expect(processExitsWith: .failure) {
            let gate = OutputGate()
            gate.changed(batch: 2, confirmed: true)
            gate.settled(batch: 2)
        }
    }
}
