import RoostRuntime
import Testing

@testable import RoostGateway

struct WebSocketLifeStateMachineTests {
    private typealias Machine = WebSocketLifeStateMachine
    private typealias Step = WebSocketLifeStateMachine.Step

    private static let ours = Machine.CloseFrame(code: 1000, reason: "bye")
    private static let theirs = Machine.End.closed(code: 4001, reason: "why")
    private static let error = WebSocketError(closeCode: 1002, "wrong")

    @Test func `when we close first, the client's close frame ends it`() {
        var machine = Machine()
        #expect(machine.close(Self.ours) == Step(frame: Self.ours, connection: .staysUntilTimeUp))
        #expect(machine.isReading)
        #expect(!machine.isWriting)
        #expect(machine.close(Self.ours) == Step())
        #expect(machine.peerClosed(code: 4001, reason: "why") == Step(end: Self.theirs, connection: .lingers))
        #expect(!machine.isReading)
        #expect(machine.inputEnded() == Step(connection: .ends))
        #expect(machine.gone() == Step(connection: .drops))
        #expect(machine.hasEnded)
    }

    @Test func `when the client closes first, its code is sent back once the receiver has looked at it`() {
        var machine = Machine()
        let first = machine.peerClosed(code: 4001, reason: "why")
        #expect(first == Step(end: Self.theirs, connection: .staysUntilTimeUp))
        #expect(!machine.isReading)
        #expect(machine.isWriting)
        #expect(machine.answered() == Step(frame: .init(code: 4001), connection: .lingers))
        #expect(machine.answered() == Step())
    }

    @Test func `a receiver that closes by itself answers with its own code`() {
        var machine = Machine()
        _ = machine.peerClosed(code: 4001, reason: "why")
        #expect(machine.close(Self.ours) == Step(frame: Self.ours, connection: .lingers))
        #expect(machine.answered() == Step())
    }

    @Test func `a close frame without code is answered without code`() {
        var machine = Machine()
        _ = machine.peerClosed(code: nil, reason: "")
        #expect(machine.answered() == Step(frame: .init(code: nil), connection: .lingers))
    }

    private static let wrong = Machine.CloseFrame(code: 1002, reason: "wrong")

    @Test func `a violation is told to both sides, after what came before it, and the connection lingers for a while`()
    {
        var machine = Machine()
        #expect(machine.failed(Self.error) == Step(end: .failed(Self.error), connection: .staysUntilTimeUp))
        #expect(!machine.isReading)
        #expect(machine.isWriting)
        #expect(machine.answered() == Step(frame: Self.wrong, connection: .lingers))
        #expect(!machine.isWriting)
        #expect(machine.failed(Self.error) == Step())
        #expect(machine.peerClosed(code: 1002, reason: "") == Step())
        #expect(machine.timeUp() == Step(connection: .drops))
    }

    @Test func `a receiver that closes when it hears of a violation does not hide its code`() {
        var machine = Machine()
        _ = machine.failed(Self.error)
        #expect(machine.close(Self.ours) == Step(frame: Self.wrong, connection: .lingers))
        #expect(machine.answered() == Step())
    }

    @Test func `a violation after our close frame sends no second one`() {
        var machine = Machine()
        _ = machine.close(Self.ours)
        #expect(machine.failed(Self.error) == Step(end: .failed(Self.error), connection: .lingers))
    }

    @Test func `a client that leaves without a word has vanished`() {
        var open = Machine()
        #expect(open.gone() == Step(end: .vanished, connection: .drops))
        var closing = Machine()
        _ = closing.close(Self.ours)
        #expect(closing.gone() == Step(end: .vanished, connection: .drops))
    }

    @Test func `a client that closes its side without a close frame still gets what is on its way`() {
        var open = Machine()
        #expect(open.inputEnded() == Step(end: .vanished, connection: .staysUntilTimeUp))
        #expect(open.isWriting && !open.isReading)
        #expect(open.answered() == Step(connection: .ends))
        #expect(open.timeUp() == Step(connection: .drops))
        var closing = Machine()
        _ = closing.close(Self.ours)
        #expect(closing.inputEnded() == Step(end: .vanished, connection: .ends))
        var parting = Machine()
        _ = parting.inputEnded()
        #expect(parting.close(Self.ours) == Step(frame: Self.ours, connection: .ends))
        var wrong = Machine()
        _ = wrong.failed(Self.error)
        #expect(wrong.inputEnded() == Step())
        #expect(wrong.answered() == Step(frame: Self.wrong, connection: .ends))
    }

    @Test func `a client may close its side behind its close frame`() {
        var machine = Machine()
        _ = machine.peerClosed(code: 1000, reason: "")
        #expect(machine.inputEnded() == Step())
        #expect(machine.answered() == Step(frame: .init(code: 1000), connection: .ends))
    }

    @Test func `no state but the open one outlives its time`() {
        var closing = Machine()
        _ = closing.close(Self.ours)
        #expect(closing.timeUp() == Step(end: .vanished, connection: .drops))
        var answering = Machine()
        _ = answering.peerClosed(code: 1000, reason: "")
        #expect(answering.timeUp() == Step(frame: .init(code: 1000), connection: .lingers))
        #expect(answering.timeUp() == Step(connection: .drops))
        var failing = Machine()
        _ = failing.failed(Self.error)
        #expect(failing.timeUp() == Step(frame: Self.wrong, connection: .lingers))
        #expect(failing.timeUp() == Step(connection: .drops))
        var leaving = Machine()
        _ = leaving.inputEnded()
        #expect(leaving.timeUp() == Step(connection: .drops))
    }

    @Test func `whatever happens, one close frame and one end at most`() {
        let events: [(inout Machine) -> Step] = [
            { $0.close(Self.ours) }, { $0.peerClosed(code: 1000, reason: "") }, { $0.answered() },
            { $0.failed(Self.error) }, { $0.inputEnded() }, { $0.gone() }, { $0.timeUp() },
        ]
        // Every sequence of five events.
        for number in 0..<(7 * 7 * 7 * 7 * 7) {
            var machine = Machine()
            var rest = number
            var frames = 0
            var ends = 0
            for _ in 0..<5 {
                let step = events[rest % 7](&machine)
                rest /= 7
                if step.frame != nil { frames += 1 }
                if step.end != nil { ends += 1 }
            }
            #expect(frames <= 1)
            #expect(ends <= 1)
            #expect(ends == 1 || !machine.hasEnded)
        }
    }
}

struct KeepAliveStateMachineTests {
    private static func machine() -> KeepAliveStateMachine {
        var settings = WebSocketSettings()
        settings.pingAfter = .seconds(30)
        settings.pongWithin = .seconds(10)
        return KeepAliveStateMachine(settings, now: .zero)
    }

    @Test func `a silent client is asked, and given up when it does not answer`() {
        var machine = Self.machine()
        #expect(machine.timerFired(at: .seconds(30), isDeaf: false) == .ping(thenWait: .seconds(10)))
        #expect(machine.timerFired(at: .seconds(40), isDeaf: false) == .giveUp)
    }

    @Test func `any sign of life counts as an answer`() {
        var machine = Self.machine()
        _ = machine.timerFired(at: .seconds(30), isDeaf: false)
        machine.heard(at: .seconds(31))
        #expect(machine.timerFired(at: .seconds(40), isDeaf: false) == .wait(.seconds(21)))
        #expect(machine.timerFired(at: .seconds(61), isDeaf: false) == .ping(thenWait: .seconds(10)))
    }

    @Test func `a client that talks is not asked`() {
        var machine = Self.machine()
        machine.heard(at: .seconds(20))
        #expect(machine.timerFired(at: .seconds(30), isDeaf: false) == .wait(.seconds(20)))
    }

    @Test func `nobody is given up for what could not be read`() {
        var machine = Self.machine()
        _ = machine.timerFired(at: .seconds(30), isDeaf: false)
        #expect(machine.timerFired(at: .seconds(40), isDeaf: true) == .wait(.seconds(30)))
        #expect(machine.timerFired(at: .seconds(70), isDeaf: false) == .ping(thenWait: .seconds(10)))
    }
}
