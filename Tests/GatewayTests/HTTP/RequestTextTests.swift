import NIOCore
import RoostRuntime
import Testing

@testable import RoostGateway

struct QueryParametersTests {
    @Test func `names and values are decoded once, plus signs are spaces`() throws {
        let query = QueryParameters("key=a%2Bb+c&%6cimit=5&empty=&flag&key2=%zz")
        #expect(query.text("key") == "a+b c")
        #expect(try query.integer("limit", in: 1...9, default: 3) == 5)
        #expect(query.text("empty") == nil)
        #expect(query.text("flag") == nil)
        #expect(query.text("key2") == nil)
        #expect(try query.integer("missing", in: 1...9, default: 3) == 3)
    }

    @Test(arguments: ["0", "10", "x", "1.5", "99999999999999999999", "-1"])
    func `a number out of range is named`(text: String) {
        do throws(EdgeError) {
            _ = try QueryParameters("limit=\(text)").integer("limit", in: 1...9, default: 3)
            Issue.record("\(text) was accepted.")
        } catch {
            #expect(error.code == .invalidRequest)
            #expect(error.details["field"] == .string("limit"))
        }
    }
}

struct SessionIDTests {
    @Test func `any case is accepted and lower case is kept`() {
        #expect(
            SessionID("6F9619FF-8B86-D011-B42D-00CF4FC964FF")?.text == "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
        )
    }

    @Test(arguments: [
        "", "x", "6F9619FF8B86D011B42D00CF4FC964FF", "6F9619FF-8B86-D011-B42D-00CF4FC964F",
        "6F9619FF-8B86-D011-B42D-00CF4FC964FG", "../../../../../../../../../../../../x",
        "6F9619FF-8B86-D011-B42D-00CF4FC964FF ",
    ])
    func `anything else is no session`(text: String) {
        #expect(SessionID(text) == nil)
    }
}

struct ServerSentEventsTests {
    private struct Data: Encodable { var text: String }

    @Test func `a frame has id, event and one line of data`() throws {
        let frame = try ServerSentEvents.frame(id: 3, event: "done", data: Data(text: "a\nb \"c\" 😀/"))
        #expect(String(buffer: frame) == "id: 3\nevent: done\ndata: {\"text\":\"a\\nb \\\"c\\\" 😀/\"}\n\n")
    }

    @Test func `a token frame has no event line`() throws {
        #expect(String(buffer: try ServerSentEvents.frame(id: 1, data: Data(text: "x"))).hasPrefix("id: 1\ndata: "))
    }

    @Test func `a heartbeat is a comment that parsers skip`() throws {
        var parser = ServerSentEventParser()
        #expect(try parser.feed(ServerSentEvents.heartbeat.readableBytesView).isEmpty)
    }
}
