import RoostRuntime
import RoostTesting
import Testing

@testable import RoostRuntime

struct ActivationStateMachineTests {
    /// Any instance will do; the machine only hands it on.
    private func instance() throws -> Counter {
        let test = try RoostTest { try $0.register(Counter.self) }
        return try test.objects(of: Counter.self).get("a")
    }

    private static func name(_ admission: ActivationStateMachine.Admission) -> String {
        switch admission {
        case .entered: "entered"
        case .wait: "wait"
        case .overloaded: "overloaded"
        case .gone(.none): "gone"
        case .gone(.some): "failed"
        case .cancelled: "cancelled"
        case .passed: "passed"
        case .deadlock: "deadlock"
        }
    }

    @Test func `events wait while it starts, and enter afterwards`() async throws {
        var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 1_000)
        let first = Self.name(machine.enter(bytes: 1))
        #expect(first == "wait")
        _ = machine.started(try instance())
        _ = machine.admitNext()
        _ = machine.admitNext()
        let second = Self.name(machine.enter(bytes: 1))
        #expect(second == "entered")
        let load = machine.load
        #expect(load == 2)
    }

    @Test func `the limit on events counts those inside and those waiting`() throws {
        var machine = ActivationStateMachine(eventsMax: 2, bytesMax: 1_000)
        _ = machine.enter(bytes: 1)
        _ = machine.enter(bytes: 1)
        let third = Self.name(machine.enter(bytes: 1))
        #expect(third == "overloaded")
        _ = machine.started(try instance())
        for _ in 0..<3 { _ = machine.admitNext() }
        let still = Self.name(machine.enter(bytes: 1))
        #expect(still == "overloaded")
        _ = machine.leave(bytes: 1)
        let free = Self.name(machine.enter(bytes: 1))
        #expect(free == "entered")
    }

    @Test func `who comes while others are being let in waits behind them`() throws {
        var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 1_000)
        _ = machine.enter(bytes: 1)
        _ = machine.enter(bytes: 1)
        _ = machine.started(try instance())
        _ = machine.admitNext()
        let third = Self.name(machine.enter(bytes: 1))
        #expect(third == "wait")
        _ = machine.admitNext()
        _ = machine.admitNext()
        // The last is in, but its call may not stand in the actor's queue yet.
        let another = Self.name(machine.enter(bytes: 1))
        #expect(another == "wait")
        _ = machine.admitNext()
        _ = machine.admitNext()
        let fourth = Self.name(machine.enter(bytes: 1))
        #expect(fourth == "entered")
    }

    @Test func `nobody is let in at once whom anything keeps out`() throws {
        var machine = ActivationStateMachine(eventsMax: 2, bytesMax: 100)
        var answers: [Bool] = []
        func ask(bytes: Int = 1) { answers.append(machine.enterAtOnce(bytes: bytes) != nil) }
        ask()
        _ = machine.started(try instance())
        ask()
        _ = machine.admitNext()
        // It has started, and those who waited are in.
        ask()
        ask(bytes: 100)
        ask()
        // Two are all it takes.
        ask()
        _ = machine.leave(bytes: 1)
        _ = machine.begin(section: 1, sections: [])
        ask()
        _ = machine.end(section: 1)
        _ = machine.admitNext()
        ask()
        _ = machine.leave(bytes: 1)
        _ = machine.leave(bytes: 1)
        _ = machine.reset(nil)
        ask()
        #expect(answers == [false, false, true, false, true, false, false, true, false])
        let load = machine.load
        #expect(load == 0)
    }

    @Test func `the limit on bytes lets one large event through, alone`() throws {
        var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 100)
        _ = machine.started(try instance())
        _ = machine.admitNext()
        let large = Self.name(machine.enter(bytes: 500))
        let small = Self.name(machine.enter(bytes: 1))
        #expect(large == "entered")
        #expect(small == "overloaded")
        _ = machine.leave(bytes: 500)
        let after = Self.name(machine.enter(bytes: 1))
        #expect(after == "entered")
    }

    @Test func `it stops only when nothing is in it, and then lets nothing in`() throws {
        var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 100)
        let early = machine.stopIfIdle()
        _ = machine.started(try instance())
        _ = machine.admitNext()
        _ = machine.enter(bytes: 1)
        let busy = machine.stopIfIdle()
        _ = machine.leave(bytes: 1)
        let idle = machine.stopIfIdle()
        let after = Self.name(machine.enter(bytes: 1))
        #expect([early, busy, idle] == [false, false, true])
        #expect(after == "gone")
    }

    @Test func `a reset is final, and happens once`() throws {
        var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 100)
        let first = machine.reset(TestError.refused) != nil
        let second = machine.reset(nil) != nil
        let after = Self.name(machine.enter(bytes: 1))
        #expect([first, second] == [true, false])
        #expect(after == "failed")
        let isStarted = machine.started(try instance())
        #expect(!isStarted)
        let isGone = machine.isGone
        #expect(isGone)
    }

    @Test func `a waiter cancelled before it was parked is told when it parks`() async throws {
        let outcome = await withCheckedContinuation { (outer: CheckedContinuation<String, Never>) in
            Task {
                let admission = await withCheckedContinuation { continuation in
                    var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 100)
                    guard case .wait(let number) = machine.enter(bytes: 1) else { return }
                    _ = machine.cancel(number)
                    continuation.resume(returning: machine.park(number, continuation) ?? .gone(nil))
                }
                outer.resume(returning: Self.name(admission))
            }
        }
        #expect(outcome == "cancelled")
    }

    @Test func `waiters are let in in the order in which they came`() async throws {
        let test = try SteppedTest { try $0.register(Slow.self) }
        let slow = try test.objects(of: Slow.self).get("a")
        let calls = (0..<5).map { number in
            let call = test.start { try await slow.note(number) }
            test.settle()
            return call
        }
        #expect(calls.allSatisfy { !$0.isDone })
        Slow.gate.open()
        test.settle()
        let places = try calls.map { try $0.value() }
        #expect(places == Array(1...5))
    }
}

/// Its initializer waits until it is let go.
distributed actor Slow: DurableObject {
    static let gate = OneTimeGate()
    private var count = 0

    init(context: ObjectContext) async {
        actorSystem = context.actorSystem
        await Self.gate.wait()
    }

    distributed func note(_ number: Int) -> Int {
        count += 1
        return count
    }
}
