import RoostGateway
import Testing

struct ServerSentEventParserTests {
    private static let stream = """
        \u{FEFF}: a comment\r
        id: 1\r
        data: {"content":"Grüße 👩‍👩‍👧"}\r
        \r
        data:one\ndata: two\rdata:  three\n
        event: done\nunknown: field\ndata\ndata: [DONE]\r\r
        id\nretry: 10\n\nevent: empty\n\ndata: not ended
        """

    private static let events = [
        ServerSentEvent(data: "{\"content\":\"Grüße 👩‍👩‍👧\"}", lastEventId: "1"),
        ServerSentEvent(data: "one\ntwo\n three", lastEventId: "1"),
        ServerSentEvent(name: "done", data: "\n[DONE]", lastEventId: "1"),
    ]

    private static func parse(_ parts: [some Sequence<UInt8>]) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for part in parts { events += try parser.feed(part) }
        return events
    }

    @Test func `a stream in one piece is read`() throws {
        #expect(try Self.parse([Array(Self.stream.utf8)]) == Self.events)
    }

    @Test func `cuts anywhere change nothing`() throws {
        let bytes = Array(Self.stream.utf8)
        for first in bytes.indices {
            #expect(try Self.parse([bytes[..<first], bytes[first...]]) == Self.events, "cut at \(first)")
        }
        #expect(try Self.parse(bytes.map { [$0] }) == Self.events)
    }

    @Test func `two cuts anywhere near a line's end change nothing`() throws {
        let bytes = Array("data: é\r\n\r\ndata: b\r\r\n".utf8)
        for first in bytes.indices {
            for second in first..<bytes.endIndex {
                let parts = [bytes[..<first], bytes[first..<second], bytes[second...]]
                #expect(try Self.parse(parts).map(\.data) == ["é", "b"])
            }
        }
    }

    @Test func `a line beyond the limit is refused`() throws {
        var parser = ServerSentEventParser(limits: .init(lineBytes: 10, eventBytes: 100))
        #expect(try parser.feed("data: 1234\n\n".utf8).map(\.data) == ["1234"])
        #expect(throws: ServerSentEventParser.Overflow.self) { try parser.feed("data: 12345\n\n".utf8) }
    }

    @Test func `an event beyond the limit is refused, however it is divided`() throws {
        var parser = ServerSentEventParser(limits: .init(lineBytes: 100, eventBytes: 10))
        #expect(throws: ServerSentEventParser.Overflow.self) {
            try parser.feed("data: 12345\ndata: 67890\n\n".utf8)
        }
    }

    @Test func `an id with a null byte is ignored`() throws {
        #expect(try Self.parse([Array("id: a\u{0}b\ndata: x\n\n".utf8)]) == [ServerSentEvent(data: "x")])
    }
}
