import NIOCore
import RoostRuntime
import Testing

@testable import RoostGateway

struct JSONBodyTests {
    private struct Body: Decodable {
        struct Inner: Decodable { var count: WholeNumber }
        var name: String
        var flag: Bool?
        var list: [Inner]?
        var inner: Inner?
    }

    private func error(_ text: String) -> EdgeError? { error(Array(text.utf8)) }

    private func error(_ bytes: [UInt8]) -> EdgeError? {
        do throws(EdgeError) {
            _ = try JSONBody.decode(Body.self, from: ByteBuffer(bytes: bytes))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["", "{", "{\"name\":}", "name", "{\"name\":\"a\"}}", "{'name':'a'}", "\u{0}"])
    func `what is not JSON is invalid_json`(text: String) {
        #expect(error(text)?.code == .invalidJSON)
    }

    @Test func `bytes that are not UTF-8 are invalid_json wherever they stand`() {
        #expect(
            error(Array("{\"name\":\"a\",\"other\":\"".utf8) + [0xff, 0xfe] + Array("\"}".utf8))?.code == .invalidJSON
        )
        // An emoji whose last byte is missing.
        #expect(error(Array("{\"name\":\"".utf8) + [0xf0, 0x9f, 0x98] + Array("\"}".utf8))?.code == .invalidJSON)
    }

    @Test func `deep nesting is refused and not a crash`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(error(deep)?.code == .invalidJSON)
    }

    @Test(arguments: [
        ("{}", "name"), ("{\"name\":null}", "name"), ("{\"name\":1}", "name"),
        ("{\"name\":\"a\",\"flag\":\"yes\"}", "flag"),
        ("{\"name\":\"a\",\"list\":[{\"count\":1},{\"count\":\"x\"}]}", "list[1].count"),
        ("{\"name\":\"a\",\"inner\":{}}", "inner.count"), ("{\"name\":\"a\",\"inner\":{\"count\":1.5}}", "inner.count"),
        ("[]", "body"), ("5", "body"), ("null", "body"),
    ])
    func `a violated schema is invalid_request and names the field`(text: String, field: String) {
        #expect(error(text)?.code == .invalidRequest)
        #expect(error(text)?.details["field"] == .string(field))
    }

    @Test func `a number that does not fit is no reason to call JSON something else`() {
        struct Narrow: Decodable { var count: Int }
        #expect(throws: EdgeError.self) {
            try JSONBody.decode(Narrow.self, from: ByteBuffer(string: #"{"count":1.5}"#))
        }
        do throws(EdgeError) {
            _ = try JSONBody.decode(Narrow.self, from: ByteBuffer(string: #"{"count":1.5}"#))
        } catch {
            #expect(error.code == .invalidRequest)
        }
    }

    @Test(arguments: [("1", 1), ("2.0", 2), ("1e3", 1_000)])
    func `a whole number is one however it is written`(text: String, value: Int) throws {
        let body = try JSONBody.decode([WholeNumber].self, from: ByteBuffer(string: "[\(text)]"))
        #expect(body.first?.value == value)
    }

    @Test func `unknown fields are ignored`() {
        #expect(error("{\"name\":\"a\",\"unknown\":{\"x\":[1]}}") == nil)
    }
}
