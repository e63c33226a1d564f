import RoostRuntime
import RoostTesting
import Testing

@testable import RoostRuntime

/// The input gate's part of the activation's machine, driven by hand.
struct InputGateTests {
    /// A running instance in which nothing happens.
    private func running() throws -> ActivationStateMachine {
        let test = try RoostTest { try $0.register(Counter.self) }
        return .running(try test.objects(of: Counter.self).get("a"))
    }

    /// Lets in all who may pass, as their owners do one after the other.
    private func admitAll(_ machine: inout ActivationStateMachine) {
        for _ in 0..<8 { _ = machine.admitNext() }
    }

    private static func name(_ admission: ActivationStateMachine.Admission) -> String {
        switch admission {
        case .entered: "entered"
        case .passed: "passed"
        case .wait: "wait"
        case .overloaded: "overloaded"
        case .deadlock: "deadlock"
        case .gone: "gone"
        case .cancelled: "cancelled"
        }
    }

    @Test func `only what a section has started passes it`() throws {
        var machine = try running()
        let began = Self.name(machine.begin(section: 1, sections: []))
        let outside = Self.name(machine.enter(bytes: 1))
        let own = Self.name(machine.enter(bytes: 1, sections: [1]))
        let reply = Self.name(machine.readmit(sections: []))
        let ownReply = Self.name(machine.readmit(sections: [1]))
        #expect([began, outside, own, reply, ownReply] == ["passed", "wait", "entered", "wait", "passed"])
        _ = machine.end(section: 1)
        admitAll(&machine)
        let after = Self.name(machine.enter(bytes: 1))
        #expect(after == "entered")
        let isBlocked = machine.isBlocked
        #expect(!isBlocked)
    }

    @Test func `a section in a section holds back what belongs to the outer one`() throws {
        var machine = try running()
        _ = machine.begin(section: 1, sections: [])
        let inner = Self.name(machine.begin(section: 2, sections: [1]))
        let ofOuter = Self.name(machine.enter(bytes: 1, sections: [1]))
        let ofInner = Self.name(machine.enter(bytes: 1, sections: [2, 1]))
        let sibling = Self.name(machine.begin(section: 3, sections: [1]))
        #expect([inner, ofOuter, ofInner, sibling] == ["passed", "wait", "entered", "wait"])
        _ = machine.end(section: 2)
        admitAll(&machine)
        // The sibling came after the event, so both are in now, and it blocks the outer section again.
        let ofOuterAgain = Self.name(machine.enter(bytes: 1, sections: [1]))
        #expect(ofOuterAgain == "wait")
    }

    @Test func `a section that ends before its child leaves it to its own outer one`() throws {
        var machine = try running()
        _ = machine.begin(section: 1, sections: [])
        _ = machine.begin(section: 2, sections: [1])
        _ = machine.end(section: 1)
        admitAll(&machine)
        let outside = Self.name(machine.enter(bytes: 1))
        let ofEnded = Self.name(machine.enter(bytes: 1, sections: [1]))
        let ofChild = Self.name(machine.enter(bytes: 1, sections: [2, 1]))
        #expect([outside, ofEnded, ofChild] == ["wait", "wait", "entered"])
        _ = machine.end(section: 2)
        admitAll(&machine)
        let isBlocked = machine.isBlocked
        #expect(!isBlocked)
        let load = machine.load
        #expect(load == 3)
    }

    @Test func `it does not stop while a section runs or background work goes on`() throws {
        var machine = try running()
        _ = machine.begin(section: 1, sections: [])
        let inSection = machine.stopIfIdle()
        _ = machine.end(section: 1)
        admitAll(&machine)
        let held = Self.name(machine.hold())
        let working = machine.stopIfIdle()
        _ = machine.leave(bytes: 0)
        let idle = machine.stopIfIdle()
        #expect(held == "passed")
        #expect([inSection, working, idle] == [false, false, true])
    }

    @Test func `whoever belongs to an initializer cannot be let in before it has returned`() {
        var machine = ActivationStateMachine(eventsMax: 10, bytesMax: 100)
        let own = Self.name(machine.enter(bytes: 1, sections: [ActivationStateMachine.initializer]))
        let reply = Self.name(machine.readmit(sections: [ActivationStateMachine.initializer]))
        #expect([own, reply] == ["deadlock", "passed"])
    }

    @Test func `whoever waits for rest is told when the last event leaves`() throws {
        var machine = try running()
        let atRest = machine.awaitRest()
        _ = machine.enter(bytes: 1)
        _ = machine.enter(bytes: 1)
        let busy = machine.awaitRest()
        let first = machine.leave(bytes: 1)
        let second = machine.leave(bytes: 1)
        #expect([atRest, busy, first, second] == [false, true, false, true])
    }
}
