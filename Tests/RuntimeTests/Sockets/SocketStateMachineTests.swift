import Testing

@testable import RoostRuntime

/// The life of one socket, transition by transition.
struct SocketStateMachineTests {
    private final class Wire: WebSocketTransport {
        let pendingBytes = 7
        func send(_ message: WebSocketMessage) {}
        func close(code: UInt16?, reason: String) {}
        func drop() {}
    }

    private static func open() -> SocketStateMachine {
        var machine = SocketStateMachine()
        let isAccepted = machine.accept()
        let isAttached = machine.attach(Wire())
        #expect(isAccepted && isAttached)
        return machine
    }

    /// Takes out what may go out.
    private static func taken(_ machine: inout SocketStateMachine) -> [String] {
        var taken: [String] = []
        guard machine.drain() else { return [] }
        while let (_, command) = machine.next() {
            switch command {
            case .send(.text(let text)): taken.append(text)
            case .send(.binary): taken.append("bytes")
            case .close(let code, _): taken.append("close \(code ?? 0)")
            }
        }
        return taken
    }

    private static func send(_ text: String, _ machine: inout SocketStateMachine) {
        machine.count(.send(.text(text)))
        machine.submit(.send(.text(text)))
    }

    @Test func `commands wait for a transport, and go out in order`() {
        var machine = SocketStateMachine()
        #expect({ machine.attach(Wire()) }() == false)
        _ = machine.accept()
        Self.send("a", &machine)
        Self.send("bc", &machine)
        #expect(Self.taken(&machine) == [])
        #expect(machine.pendingBytes == 3 + 2 * SocketStateMachine.messageWeight)
        _ = machine.attach(Wire())
        #expect(Self.taken(&machine) == ["a", "bc"])
        #expect(machine.pendingBytes == 0)
        #expect(machine.transportBytes == 7)
    }

    @Test func `one at a time takes commands out`() {
        var machine = Self.open()
        Self.send("a", &machine)
        #expect({ machine.drain() }())
        Self.send("b", &machine)
        #expect({ machine.drain() }() == false)
        #expect(Self.next(&machine) && Self.next(&machine) && !Self.next(&machine))
        Self.send("c", &machine)
        #expect({ machine.drain() }())
    }

    private static func next(_ machine: inout SocketStateMachine) -> Bool { machine.next() != nil }

    @Test func `nothing goes out after a close`() {
        var machine = Self.open()
        #expect({ machine.close() }())
        #expect({ machine.close() }() == false)
        machine.submit(.close(code: 1_000, reason: ""))
        Self.send("late", &machine)
        #expect(Self.taken(&machine) == ["close 1000"])
        #expect(machine.pendingBytes == 0)
        guard case .closed = machine.permission else {
            Issue.record("An object that has closed a socket cannot send.")
            return
        }
    }

    @Test func `the first end counts, and is told when the handler has returned`() {
        var machine = Self.open()
        #expect({ machine.beginEvent() }())
        #expect(Self.isNil(machine.giveUp(.tooSlow)))
        #expect(Self.isNil(machine.end(.closed(.vanished))))
        guard case .failed(.tooSlow)? = machine.endEvent() else {
            Issue.record("The failure was not told.")
            return
        }
        #expect({ machine.beginEvent() }() == false)
        #expect(Self.isNil(machine.endEvent()))
        #expect(Self.taken(&machine) == ["close 1013"])
    }

    private static func isNil(_ ending: SocketStateMachine.Ending?) -> Bool { ending == nil }

    @Test func `who is told of an end may still send, until he has been`() {
        var machine = Self.open()
        #expect(!Self.isNil(machine.end(.closed(.vanished))))
        Self.send("farewell", &machine)
        #expect(Self.taken(&machine) == ["farewell"])
        #expect({ machine.told(drops: false) == nil }())
        Self.send("late", &machine)
        #expect(Self.taken(&machine) == [])
        #expect(machine.pendingBytes == 0)
    }

    @Test func `what cannot be told is dropped, unless a close has gone out`() {
        var machine = Self.open()
        #expect({ machine.told(drops: true) != nil }())
        var closing = Self.open()
        closing.submit(.close(code: 1_001, reason: ""))
        #expect({ closing.told(drops: true) == nil }())
    }

    @Test func `a reset drops everything, in every state`() {
        var fresh = SocketStateMachine()
        #expect({ fresh.cutOff() == nil }())
        #expect({ fresh.accept() }() == false)
        var open = Self.open()
        Self.send("a", &open)
        #expect({ open.cutOff() != nil }())
        #expect({ open.cutOff() == nil }())
        #expect(open.pendingBytes == 0)
        #expect(Self.isNil(open.end(.closed(.vanished))))
    }
}
