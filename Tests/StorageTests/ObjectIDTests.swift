import RoostStorage
import Testing

struct ObjectIDTests {
    @Test func `an id is 32 bytes and no other number`() {
        #expect(ObjectID(bytes: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(ObjectID(bytes: [UInt8](repeating: 1, count: 33)) == nil)
        #expect(ObjectID(bytes: [UInt8]()) == nil)
    }

    @Test func `bytes and text come back as they went in`() throws {
        let bytes = (0..<32).map { UInt8($0 * 8 + 3) }
        let id = try #require(ObjectID(bytes: bytes))
        #expect(id.bytes == bytes)
        #expect(id.description.count == 64)
        #expect(ObjectID(hex: id.description) == id)
        #expect(ObjectID(hex: id.description.uppercased()) == id)
    }

    @Test(arguments: [63, 65, 0, 128])
    func `text of another length is not an id`(count: Int) {
        #expect(ObjectID(hex: String(repeating: "a", count: count)) == nil)
    }

    @Test func `only hexadecimal digits make an id`() {
        #expect(ObjectID(hex: String(repeating: "a", count: 63) + "g") == nil)
        #expect(ObjectID(hex: String(repeating: "a", count: 63) + " ") == nil)
        #expect(ObjectID(hex: String(repeating: "é", count: 32)) == nil)
    }

    @Test func `the order of ids is the order of their bytes`() throws {
        var random = SplitMix64(seed: 1)
        let ids = try (0..<200).map { _ in
            try #require(ObjectID(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }))
        }
        let byBytes = ids.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(ids.sorted() == byBytes)
    }
}
