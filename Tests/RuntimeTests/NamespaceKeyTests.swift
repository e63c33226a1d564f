import RoostRuntime
import RoostTesting
import Testing

@testable import RoostRuntime

struct NamespaceKeyTests {
    /// Published with the origin's runtime and tools: unique key, name, id.
    static let vectors: [(String, String, String)] = [
        ("mykey", "http://foo/", "59002eb8cf872e541722977a258a12d6a93bbe8192b502e1c0cb250aa91af234"),
        ("mykey", "http://foo/bar", "02b496f65dd35cbac90e3e72dc5a398ee93926ea4a3821e26677082d2e6f9b79"),
        ("mykey", "name", "3652ef6221834806dc8df802d1d216e27b7d07e0a6b7adf6cfdaeec90f06459a"),
        ("worker-TestObject", "test", "8cd17fa2fdb4fb144456cc42181807df9c022e475d304410ee5dcaf8fd7d60eb"),
        ("worker-with-do-TestDO", "object1", "70bc3409f8f65b3f3e1b018dc0e208e8b6059f1c1e5bc7f7d993ab812e41f0f5"),
        ("worker-with-do-TestDO", "object2", "807932f392ad89b04b8e6c5cf6676d0a751df6e86d928dc3b1ce6152c9d99313"),
        ("worker-with-do-TestDO", "object3", "21b74c1610ca545cee5981cbe7e52a6f5c9be93c25392761ac404bd6d0ed04c9"),
        ("app-Counter", "", "a65dbbb73943635ad7afa8669eaf75f162244b12884bdc5d05b61638ad5e2490"),
        ("app-Counter", "é", "0e7fafa9f394aac8f915510906dc16a56a047a16a28097899cce1ed3b8a07852"),
        ("app-Counter", "日本", "eea5e3461653110afeb5a23d13d2d8c6ee6f8b0ce9f31628b4250c1ef0bdc3bf"),
        ("app-Counter", "😀", "7dbc112d7611904ca7b75002f5d4d3b6bed18989ca338d3131ce7d7120318ee0"),
    ]

    @Test(arguments: vectors)
    func `ids are those of the origin, bit for bit`(vector: (String, String, String)) {
        let key = NamespaceKey(uniqueKey: vector.0)
        #expect(key.id(fromName: vector.1).description == vector.2)
    }

    @Test func `a name's id is the same when it was forgotten and when it is remembered`() {
        let key = NamespaceKey(uniqueKey: "k")
        let first = key.id(fromName: "0")
        for number in 0...NamespaceKey.rememberedNamesMax { _ = key.id(fromName: String(number)) }
        #expect(key.id(fromName: "0") == first)
        #expect(key.id(fromName: "0") == NamespaceKey(uniqueKey: "k").id(fromName: "0"))
    }

    @Test func `an id read from its text is the same id without a name`() throws {
        let key = NamespaceKey(uniqueKey: "k")
        let id = key.id(fromName: "foo")
        let read = try key.id(fromString: id.description.uppercased())
        #expect(read == id)
        #expect(id.name == "foo")
        #expect(read.name == nil)
        #expect(read.description == id.description)
    }

    @Test func `two unique ids differ, belong to the class and have no name`() {
        let key = NamespaceKey(uniqueKey: "k")
        let random = SeededRandomSource(seed: 7)
        let first = key.uniqueID(random: random)
        let second = key.uniqueID(random: random)
        #expect(first != second)
        #expect(key.owns(first.raw))
        #expect(first.name == nil)
    }

    @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 63)])
    func `a text that is no id is refused in the origin's words`(text: String) {
        let error = #expect(throws: RoostError.self) { try NamespaceKey(uniqueKey: "k").id(fromString: text) }
        #expect(error?.code == .invalidID)
        #expect(error?.message == "Invalid Durable Object ID: must be 64 hex digits")
    }

    @Test func `an id of another class is refused in the origin's words`() {
        let foreign = NamespaceKey(uniqueKey: "other").id(fromName: "foo").description
        let error = #expect(throws: RoostError.self) { try NamespaceKey(uniqueKey: "k").id(fromString: foreign) }
        #expect(error?.message == "Durable Object ID is not valid for this namespace.")
    }
}
