import Testing

@testable import RoostRuntime

/// The life of one socket, transition by transition.
struct SocketStateMachineTests {
    private final class Wire: WebSocketTransport {
        let pendingBytes: Int

        init(pendingBytes: Int = 7) { self.pendingBytes = pendingBytes }

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
        _ = machine.submit(.send(.text(text)), max: 1_000)
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
        _ = machine.submit(.close(code: 1_000, reason: ""), max: 1_000)
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
        _ = closing.submit(.close(code: 1_001, reason: ""), max: 1_000)
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

    @Test func `a close frame that somebody is about to take out goes out although the object was told meanwhile`() {
        var machine = Self.open()
        Self.send("a", &machine)
        #expect({ machine.drain() }())
        #expect(!Self.isNil(machine.giveUp(.tooSlow)))
        #expect({ machine.told(drops: true) == nil }())
        guard case .gone = machine.permission else {
            Issue.record("Nothing is sent when the object was told of the end.")
            return
        }
        #expect(Self.next(&machine) && !Self.next(&machine))
        #expect({ machine.drain() }() == false)
        #expect({ machine.cutOff() == nil }())
    }

    @Test func `a socket that was given up before something carries it says why`() {
        var machine = SocketStateMachine()
        _ = machine.accept()
        #expect(!Self.isNil(machine.giveUp(.tooSlow)))
        #expect({ machine.told(drops: false) == nil }())
        #expect({ machine.attach(Wire()) }())
        #expect(Self.taken(&machine) == ["close 1013"])
        #expect({ machine.attach(Wire()) }() == false)
    }

    @Test func `a socket that ended before something carries it, with nothing to say, is refused`() {
        var machine = SocketStateMachine()
        _ = machine.accept()
        #expect(!Self.isNil(machine.end(.closed(.vanished))))
        #expect({ machine.attach(Wire()) }() == false)
        #expect({ machine.told(drops: false) == nil }())
        #expect({ machine.attach(Wire()) }() == false)
    }

    // MARK: Who reads too slowly

    private static func text(_ weight: Int) -> SocketStateMachine.Command {
        .send(.text(String(repeating: "x", count: weight - SocketStateMachine.messageWeight)))
    }

    /// A socket of whose messages the other side has not taken so many bytes.
    private static func open(waiting: Int) -> SocketStateMachine {
        var machine = SocketStateMachine()
        _ = machine.accept()
        _ = machine.attach(Wire(pendingBytes: waiting))
        return machine
    }

    private static func submit(_ weight: Int, _ machine: inout SocketStateMachine, wasHeld: Bool = false) -> Bool {
        machine.submit(text(weight), max: 1_000, wasHeld: wasHeld)
    }

    @Test func `what was submitted and not taken is bounded, but for one message`() {
        var machine = Self.open(waiting: 0)
        #expect(Self.submit(5_000, &machine))
        #expect(!Self.submit(40, &machine))
        var slow = Self.open(waiting: 900)
        #expect(Self.submit(100, &slow))
        #expect(!Self.submit(40, &slow))
    }

    @Test func `what the disk has held back comes on top, once for who has read well enough before`() {
        var machine = Self.open(waiting: 1_000)
        for _ in 0..<3 { machine.hold(Self.text(800)) }
        #expect(machine.heldBytes == 2_400)
        for _ in 0..<3 { #expect(Self.submit(800, &machine, wasHeld: true)) }
        #expect(machine.heldBytes == 0)
        #expect(machine.pendingBytes == 2_400)
        // 3,400 bytes may wait now, and do.
        machine.hold(Self.text(40))
        #expect(!Self.submit(40, &machine, wasHeld: true))
        var slow = Self.open(waiting: 1_001)
        slow.hold(Self.text(800))
        #expect(!Self.submit(800, &slow, wasHeld: true))
        #expect(slow.heldBytes == 0)
    }
}
