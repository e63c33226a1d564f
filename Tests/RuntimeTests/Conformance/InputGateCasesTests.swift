import RoostRuntime
import RoostTesting
import Testing

@testable import RoostRuntime

/// The input gate's cases of `io-gate-test.c++` that `CriticalSectionTests` does not show, under their names.
struct InputGateCasesTests: GuardedSuite {
    let test: SteppedTest
    let object: Guarded
    private let latch = "gate case \(UInt64.random(in: 0 ... .max))"

    init() throws {
        test = try SteppedTest {
            try $0.register(Guarded.self)
            try $0.register(Friend.self)
        }
        object = try test.objects(of: Guarded.self).get("a")
    }

    @Test func `InputGate basics`() throws {
        let section = start { try await $0.section("s", until: latch) }
        let calls = (1...5).map { number in start { try await $0.note("\(number)") } }
        calls[2].cancel()
        test.settle()
        open(latch)
        #expect(section.isDone)
        #expect(try test.run { try await object.read() } == ["s begins", "s ends", "1", "2", "4", "5"])
        #expect(throws: CancellationError.self) { try calls[2].value() }
        #expect(start { try await $0.note("6") }.isDone)
    }

    private static func waits(_ admission: ActivationStateMachine.Admission) -> Bool {
        if case .wait = admission { true } else { false }
    }

    @Test func `InputGate deeply nested critical sections`() throws {
        for order in [[1, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3], [3, 1, 4, 2]] as [[UInt64]] {
            var machine = ActivationStateMachine.running(object)
            for section in 1...4 as ClosedRange<UInt64> {
                _ = machine.begin(section: section, sections: Array((1..<section).reversed()))
            }
            for section in order {
                let outside = machine.isBlocked
                #expect(outside)
                _ = machine.end(section: section)
                while machine.admitNext() != nil {}
            }
            let isBlocked = machine.isBlocked
            #expect(!isBlocked)
            let outside = Self.waits(machine.enter(bytes: 0))
            #expect(!outside)
        }
    }

    @Test func `InputGate critical section lock outlives critical section`() throws {
        var machine = ActivationStateMachine.running(object)
        _ = machine.begin(section: 1, sections: [])
        let own = Self.waits(machine.enter(bytes: 0, sections: [1]))
        _ = machine.end(section: 1)
        while machine.admitNext() != nil {}
        // The event is still inside, as one of the object's; it holds nobody back, and its own calls come back to it.
        let stopped = machine.stopIfIdle()
        let reply = Self.waits(machine.readmit(sections: [1]))
        let outside = Self.waits(machine.enter(bytes: 0))
        #expect([own, stopped, reply, outside] == [false, false, false, false])
    }

    @Test func `InputGate CriticalSection tracks nesting depth`() throws {
        let activation = Activation(
            entry: try test.objects(of: Guarded.self).entry,
            address: object.id
        )
        let other = Activation(entry: try test.objects(of: Guarded.self).entry, address: object.id)
        let first = CriticalSection(of: activation, number: 1, outer: nil)
        // A section of another object in between does not count.
        let foreign = CriticalSection(of: other, number: 1, outer: first)
        let second = CriticalSection(of: activation, number: 2, outer: foreign)
        #expect([first.depth, foreign.depth, second.depth] == [1, 1, 2])
        let initializer = CriticalSection(of: activation, number: ActivationStateMachine.initializer, outer: nil)
        #expect(initializer.depth == 0)
    }

    // js-rpc-test
    @Test func `portAbortCall (failed critical section)`() throws {
        let hanging = start { try await $0.ask("f", until: latch) }
        let failing = start { object in try await object.failInSection(until: latch + " section") }
        let queued = start { try await $0.note("queued") }
        #expect(!queued.isDone)
        open(latch + " section")
        #expect(failing.map { "\($0)" } == "refused")
        #expect(queued.map { "\($0)" } == "refused")
        // Who waits elsewhere is told when it comes back.
        open(latch)
        #expect(hanging.map { "\($0)" } == "refused")
        // A stub recovers by itself.
        #expect(try test.run { try await object.note("again") } == ["again"])
    }

    @Test func `portAbortCall (abort)`() throws {
        let hanging = start { try await $0.ask("f", until: latch) }
        let section = start { try await $0.section("s", until: latch + " never") }
        let queued = start { try await $0.note("queued") }
        test.test.abortAll()
        open(latch)
        open(latch + " never")
        for error in [hanging.message, section.message, queued.message] {
            #expect(error == "Application called abortAllDurableObjects().")
        }
        #expect(try test.run { try await object.note("again") } == ["again"])
    }

    // vitest-plugin: console
    @Test func `does not hang after logging from a rejected Durable Object input gate`() throws {
        let failing = start { try await $0.failInSection() }
        #expect(throws: TestError.refused) { try failing.value() }
        #expect(start { try await $0.note("next") }.isDone)
    }
}

extension Pending {
    /// What a test refused, or the message of the runtime.
    fileprivate func map(_ text: (Success) -> String) -> String {
        do {
            return text(try value())
        } catch is TestError {
            return "refused"
        } catch {
            return "\(error)"
        }
    }

    fileprivate var message: String {
        do {
            _ = try value()
            return "no error"
        } catch {
            return (error as? RoostError)?.message ?? "\(error)"
        }
    }
}

extension Guarded {
    /// A section that fails when the latch opens.
    distributed func failInSection(until latch: String) async throws {
        try await context.blockConcurrencyWhile {
            await Latches.shared.wait(latch)
            throw TestError.refused
        }
    }
}
