import RoostRuntime
import Testing

@testable import RoostGateway

struct WebSocketFrameStateMachineTests {
    private typealias Machine = WebSocketFrameStateMachine

    private static func settings(bytes: Int = 64, fragments: Int = 4) -> WebSocketSettings {
        var settings = WebSocketSettings()
        settings.messageBytes = bytes
        settings.fragments = fragments
        return settings
    }

    private static func text(_ text: String, final: Bool = true) -> Machine.Frame {
        Machine.Frame(isFinal: final, opcode: 1, payload: Array(text.utf8))
    }

    private static func more(_ bytes: [UInt8], final: Bool) -> Machine.Frame {
        Machine.Frame(isFinal: final, opcode: 0, payload: bytes)
    }

    private static func closing(_ payload: [UInt8]) -> Machine.Frame { Machine.Frame(opcode: 8, payload: payload) }

    /// The close code a machine fails with at the last of these frames; nil if it does not, or fails before.
    private static func failure(_ frames: Machine.Frame..., settings: WebSocketSettings = settings()) -> UInt16? {
        var machine = Machine(settings)
        for frame in frames.dropLast() {
            if case .fail = machine.take(frame) { return nil }
        }
        guard let last = frames.last, case .fail(let error) = machine.take(last) else { return nil }
        return error.closeCode
    }

    @Test func `whole messages are delivered as they are`() {
        var machine = Machine(Self.settings())
        #expect(machine.take(Self.text("Grüße")) == .deliver(.text("Grüße")))
        #expect(machine.take(Self.text("")) == .deliver(.text("")))
        #expect(machine.take(Machine.Frame(opcode: 2, payload: [0xFF, 0])) == .deliver(.binary([0xFF, 0])))
    }

    @Test func `fragments become one message, and control frames may stand between`() {
        var machine = Machine(Self.settings())
        #expect(machine.take(Self.text("a", final: false)) == .nothing)
        #expect(machine.take(Machine.Frame(opcode: 9, payload: [7])) == .answerPing([7]))
        #expect(machine.take(Self.more(Array("b".utf8), final: false)) == .nothing)
        #expect(machine.take(Machine.Frame(opcode: 10)) == .nothing)
        #expect(machine.take(Self.more([], final: true)) == .deliver(.text("ab")))
        #expect(machine.take(Self.text("c")) == .deliver(.text("c")))
    }

    @Test func `a character may be split over fragments`() {
        var machine = Machine(Self.settings())
        let bytes = Array("€".utf8)
        #expect(machine.take(Machine.Frame(isFinal: false, opcode: 1, payload: [bytes[0]])) == .nothing)
        #expect(machine.take(Self.more([bytes[1]], final: false)) == .nothing)
        #expect(machine.take(Self.more([bytes[2]], final: true)) == .deliver(.text("€")))
    }

    @Test func `text that is not UTF-8 fails with the fragment that breaks it`() {
        #expect(Self.failure(Machine.Frame(opcode: 1, payload: [0xC0, 0xAF])) == 1007)
        #expect(Self.failure(Machine.Frame(isFinal: false, opcode: 1, payload: [0xED, 0xA0])) == 1007)
        #expect(Self.failure(Self.text("a", final: false), Self.more([0xFF], final: false)) == 1007)
        // Cut inside a character.
        #expect(Self.failure(Self.text("a", final: false), Self.more([0xE2, 0x82], final: true)) == 1007)
    }

    @Test func `bytes need not be text`() {
        var machine = Machine(Self.settings())
        #expect(machine.take(Machine.Frame(isFinal: false, opcode: 2, payload: [0xC0])) == .nothing)
        #expect(machine.take(Self.more([0xFF], final: true)) == .deliver(.binary([0xC0, 0xFF])))
    }

    @Test func `what no client may send is a protocol error`() {
        #expect(Self.failure(Machine.Frame(opcode: 1, isMasked: false)) == 1002)
        #expect(Self.failure(Machine.Frame(hasReservedBits: true, opcode: 1)) == 1002)
        for opcode: UInt8 in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            #expect(Self.failure(Machine.Frame(opcode: opcode)) == 1002)
        }
        #expect(Self.failure(Self.more([], final: true)) == 1002)
        #expect(Self.failure(Self.text("a", final: false), Self.text("b")) == 1002)
        #expect(Self.failure(Machine.Frame(isFinal: false, opcode: 9)) == 1002)
        #expect(Self.failure(Machine.Frame(opcode: 9, payload: [UInt8](repeating: 0, count: 126))) == 1002)
    }

    @Test func `messages are bounded in bytes and in frames`() {
        let settings = Self.settings(bytes: 4, fragments: 3)
        var machine = Machine(settings)
        #expect(machine.take(Self.text("abcd")) == .deliver(.text("abcd")))
        #expect(Self.failure(Self.text("abcde"), settings: settings) == 1009)
        #expect(
            Self.failure(Self.text("abc", final: false), Self.more([97, 97], final: false), settings: settings) == 1009
        )
        let empty = Self.more([], final: false)
        #expect(Self.failure(Self.text("", final: false), empty, empty, empty, settings: settings) == 1009)
        // The bound holds for each message anew.
        #expect(machine.take(Self.text("abcd", final: false)) == .nothing)
        #expect(machine.take(Self.more([], final: true)) == .deliver(.text("abcd")))
        #expect(machine.take(Self.text("abcd")) == .deliver(.text("abcd")))
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1011, 1014, 3000, 3999, 4000, 4999] as [UInt16])
    func `codes that may stand in a close frame are told on`(code: UInt16) {
        var machine = Machine(Self.settings())
        let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("why".utf8)
        #expect(machine.take(Self.closing(payload)) == .closed(code: code, reason: "why"))
        #expect(machine.take(Self.text("late")) == .nothing)
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] as [UInt16])
    func `other codes are a protocol error`(code: UInt16) {
        #expect(Self.failure(Self.closing([UInt8(code >> 8), UInt8(code & 0xFF)])) == 1002)
    }

    @Test func `a close frame may be empty, but not half a code, and its reason is text`() {
        var machine = Machine(Self.settings())
        #expect(machine.take(Self.closing([])) == .closed(code: nil, reason: ""))
        #expect(Self.failure(Self.closing([3])) == 1002)
        #expect(Self.failure(Self.closing([3, 0xE8, 0xFF])) == 1007)
    }

    @Test func `after a violation nothing is looked at`() {
        var machine = Machine(Self.settings())
        _ = machine.take(Machine.Frame(opcode: 3))
        #expect(machine.take(Self.text("late")) == .nothing)
        #expect(machine.fail(1009, "again") == .nothing)
    }
}

struct UTF8CheckTests {
    @Test func `agrees with the standard library on every text of two bytes, and on cut ones`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                var check = UTF8Check()
                let isWell = check.take([first, second]) && check.isComplete
                let isText = String(validating: [first, second], as: UTF8.self) != nil
                #expect(isWell == isText, "\(first) \(second)")
            }
        }
    }

    @Test func `agrees with the standard library on the edges of longer sequences`() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        for first: UInt8 in 0xE0...0xF5 {
            for second in edges {
                for third in edges {
                    for fourth in edges {
                        for bytes in [[first, second, third], [first, second, third, fourth]] {
                            var check = UTF8Check()
                            let isWell = bytes.allSatisfy { check.take([$0]) } && check.isComplete
                            let isText = String(validating: bytes, as: UTF8.self) != nil
                            #expect(isWell == isText, "\(bytes)")
                        }
                    }
                }
            }
        }
    }
}
