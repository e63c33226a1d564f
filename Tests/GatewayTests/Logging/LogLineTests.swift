import Logging
import RoostRuntime
import RoostTesting
import Testing

@testable import RoostGateway

struct LogLineTests {
    private func line(_ message: String = "hello", _ fields: Logger.Metadata = [:]) -> LogLine {
        LogLine(time: VirtualClock.start, level: .info, label: "roost", message: message, fields: fields)
    }

    @Test func `a JSON line can be parsed, whatever it holds`() throws {
        let nasty = "quote \" backslash \\ newline \n tab \t bell \u{7} line \u{2028} emoji 😀"
        let json = try JSONPlace(text: line(nasty, ["field": .string(nasty), "n": .stringConvertible(7)]).json)
        #expect(json["message"].string == nasty)
        #expect(json["field"].string == nasty)
        #expect(json["n"].int == 7)
        #expect(json["time"].string == "2026-01-01T00:00:00.000Z")
        #expect(json["level"].string == "info")
    }

    @Test func `of fields with one name the event's own is written, then the request's, then the logger's`() throws {
        let sink = MemoryLogSink()
        var handler = EdgeLogHandler(label: "roost", format: .json, sink: sink, clock: VirtualClock())
        handler.metadata = ["a": "logger", "b": "logger", "c": "logger"]
        handler.metadataProvider = Logger.MetadataProvider { ["a": "request", "b": "request"] }
        Logger(label: "roost") { _ in handler }.info("hello", metadata: ["a": "event"])
        let json = try JSONPlace(text: try #require(sink.lines.first))
        #expect(json["a"].string == "event")
        #expect(json["b"].string == "request")
        #expect(json["c"].string == "logger")
    }

    @Test func `a client cannot forge a line`() {
        for text in [line("a\nb").json, line("a\nb").readable, line("x", ["f": "a\r\nb"]).readable] {
            #expect(!text.contains("\n") && !text.contains("\r"))
        }
    }

    @Test func `a readable line is short`() {
        #expect(
            line("request", ["status": .stringConvertible(200), "route": "/chat"]).readable
                == "00:00:00.000 info    request route=/chat status=200"
        )
    }

    @Test(arguments: [
        "authorization", "Authorization", "x-api-key", "api_key", "openaiApiKey", "cookie", "set-cookie", "token",
        "refresh_token", "client.secret", "webhook_secret", "password", "message", "content", "systemPrompt",
        "phoneNumber",
    ])
    func `a field with a telling name is masked at every depth`(name: String) {
        let secret: Logger.MetadataValue = "s3cr3t"
        let fields: Logger.Metadata = [
            name: secret, "a": ["b": ["c": .dictionary([name: secret])]],
            "list": [.dictionary([name: .array([secret])])],
        ]
        #expect(!line("x", fields).json.contains("s3cr3t"))
        #expect(!line("x", fields).readable.contains("s3cr3t"))
    }

    @Test(arguments: ["traceId", "tenant", "route", "status", "durationMs", "bytes", "tokensIn", "keys"])
    func `a field without secrets is kept`(name: String) {
        #expect(!Redaction.hides(name))
    }
}

struct CivilTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `moments are written as the calendar has them`(milliseconds: Int64, text: String) {
        #expect(CivilTime(Timestamp(milliseconds: milliseconds)).description == text)
    }
}
