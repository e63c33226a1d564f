import FoundationEssentials
import NIOCore
import RoostRuntime
import Testing

@testable import RoostGateway

/// The short way of reading a body, held against the long one.
struct PlainObjectTests {
    private func plain(_ text: String) -> PlainObject? { PlainObject(ByteBuffer(string: text)) }

    @Test func `texts and whole numbers are read by name`() throws {
        let object = try #require(plain(" {\n\t\"key\" : \"a b/~\" ,\"cost\":12,\"n\":0, \"big\":999999999999999}\r\n"))
        #expect(object.text("key") == "a b/~")
        #expect(object.numberIfPresent("cost") == .some(12))
        #expect(object.numberIfPresent("n") == .some(0))
        #expect(object.numberIfPresent("big") == .some(999_999_999_999_999))
        #expect(object.numberIfPresent("other") == .some(nil))
        #expect(object.numberIfPresent("key") == nil)
        #expect(object.text("cost") == nil)
        #expect(object.text("other") == nil)
    }

    @Test func `a buffer that has been read from is read from where it stands`() throws {
        var buffer = ByteBuffer(string: #"xx{"key":"k"}"#)
        buffer.moveReaderIndex(forwardBy: 2)
        #expect(PlainObject(buffer)?.text("key") == "k")
    }

    @Test(arguments: [
        "", " ", "{}", "{", "[1]", "null", #"{"a":}"#, #"{"a" "b"}"#, #"{"a":"b""#, #"{"a":"b",}"#, #"{"a":"b"}x"#,
        #"{"a":"b"}{"#, #"{a:1}"#, #"{"a":"\n"}"#, #"{"\u0061":1}"#, "{\"a\":\"\u{1}\"}", "{\"a\":\"é\"}",
        "{\"a\":\"\u{7F}\"}", #"{"a":-1}"#, #"{"a":1.0}"#, #"{"a":1e3}"#, #"{"a":01}"#, #"{"a":1000000000000000}"#,
        #"{"a":true}"#, #"{"a":null}"#, #"{"a":[]}"#, #"{"a":{}}"#, #"{"a":1,"a":2}"#, #"{"a":1 2}"#, #"{"a":"b"#,
        #"{"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1}"#, #"{,"a":1}"#, "\u{FEFF}{\"a\":1}",
        "{\"a\":\"\(String(repeating: "x", count: 1_024))\"}",
    ])
    func `anything else is left to the decoder`(text: String) {
        #expect(plain(text) == nil)
    }

    @Test func `what it reads the decoder reads alike, however texts are twisted`() throws {
        let random = SeededRandomSource(seed: 7)
        let start = Array(#"{"key":"k 1","cost":2, "x" : "y"}"#.utf8)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = start
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(bytes.count))
                let byte = start[Int(random.next() % UInt64(start.count))]
                switch random.next() % 3 {
                case 0: bytes[place] = random.next() % 8 == 0 ? UInt8(random.next() % 256) : byte
                case 1: bytes.insert(byte, at: place)
                default: bytes.remove(at: place)
                }
            }
            guard let object = PlainObject(ByteBuffer(bytes: bytes)) else { continue }
            read += 1
            let decoded = try JSONDecoder().decode([String: JSONValue].self, from: Data(bytes))
            let text = object.text("key").map { JSONValue.string($0) }
            let number = (object.numberIfPresent("key") ?? nil).map { JSONValue.integer($0) }
            #expect(decoded["key"] == text ?? number)
        }
        #expect(read > 1_000)
    }
}
