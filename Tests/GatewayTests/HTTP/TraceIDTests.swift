import HTTPTypes
import RoostRuntime
import Testing

@testable import RoostGateway

struct TraceIDTests {
    private let random = SeededRandomSource(seed: 1)

    private func id(_ headers: HTTPFields) -> String { TraceID(headers: headers, random: random).text }

    @Test func `the first usable header wins`() {
        #expect(id([.xTraceID: "a", .xRequestID: "b", .cfRay: "c"]) == "a")
        #expect(id([.xRequestID: "b", .cfRay: "c"]) == "b")
        #expect(id([.cfRay: "7d.1_A-Z"]) == "7d.1_A-Z")
        #expect(id([.xTraceID: "not allowed", .xRequestID: "b"]) == "b")
    }

    @Test(arguments: ["", "a b", "ä", "a\"b", "<script>", "a/b", String(repeating: "x", count: 129)])
    func `an unusable id is replaced by a UUID`(text: String) {
        let made = id([.xTraceID: text])
        #expect(SessionID(made)?.text == made)
    }

    @Test func `one hundred and twenty-eight characters are still taken over`() {
        let long = String(repeating: "x", count: 128)
        #expect(id([.xTraceID: long]) == long)
    }
}
