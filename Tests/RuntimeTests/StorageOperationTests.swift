import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// The key-value calls, each inside an object.
///
/// Order, limits and texts are the origin's.
struct StorageOperationTests {
    private let test: RoostTest
    private let box: Box

    init() throws {
        test = try RoostTest { try $0.register(Box.self) }
        box = try test.objects(of: Box.self).get("box")
    }

    @Test func `get put and delete do what they say, before and after the commit`() async throws {
        let first = try await box.inside { storage in
            let before = try storage.get("a", as: String.self)
            try storage.put("a", "one")
            let after = try storage.get("a", as: String.self)
            return "\(before ?? "nil") \(after ?? "nil") \(try storage.delete("missing"))"
        }
        #expect(first == "nil one false")
        let second = try await box.inside { storage in
            let found = try storage.get("a", as: String.self) ?? "nil"
            return "\(found) \(try storage.delete("a")) \(try storage.delete("a")) \(try storage.getBytes("a") == nil)"
        }
        #expect(second == "one true false true")
    }

    @Test func `several keys come in the order of their bytes, without the missing and the doubled`() async throws {
        let found = try await box.inside { storage in
            try storage.put(["b": 2, "a": 1, "é": 3, "Z": 4])
            return try storage.get(["é", "b", "a", "missing", "a", "Z"], as: Int.self)
                .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        #expect(found == "Z=4 a=1 b=2 é=3")
        let outcome1 = try await box.inside { "\(try $0.delete(["a", "b", "x"]))" }
        #expect(outcome1 == "2")
    }

    /// Each listing is made twice: on uncommitted entries, and half committed, half not.
    @Test(arguments: [
        (ListOptions(), "a b c d e"),
        (ListOptions(reverse: true), "e d c b a"),
        (ListOptions(limit: 2), "a b"),
        (ListOptions(reverse: true, limit: 2), "e d"),
        (ListOptions(start: "b", end: "d"), "b c"),
        (ListOptions(start: "b", end: "d", reverse: true), "c b"),
        (ListOptions(startAfter: "b"), "c d e"),
        (ListOptions(prefix: "c"), "c"),
        (ListOptions(start: "d", end: "b"), ""),
        (ListOptions(end: "c", prefix: "d"), ""),
    ])
    func `listings follow their options`(options: ListOptions, expected: String) async throws {
        let listed = try await box.inside { storage in
            for key in ["e", "c", "a"] { try storage.put(key, key) }
            for key in ["d", "b"] { try storage.put(key, key) }
            return try storage.list(options, as: String.self).map(\.key).joined(separator: " ")
        }
        #expect(listed == expected)
        let mixed = try await box.inside { storage in
            try storage.delete("c")
            try storage.put("c", "again")
            try storage.put("bb", 1)
            try storage.delete("bb")
            return try storage.list(options, as: String.self).map(\.key).joined(separator: " ")
        }
        #expect(mixed == expected)
    }

    @Test func `a long listing goes through the store piece by piece`() async throws {
        _ = try await box.inside { storage in
            for index in 0..<1_000 { try storage.put("key \(1_000 + index)", index) }
            return ""
        }
        for reverse in [false, true] {
            let listed = try await box.inside { storage in
                try storage.delete("key 1500")
                try storage.put("key 1499.5", -1)
                let keys = try storage.list(ListOptions(reverse: reverse), as: Int.self).map(\.key)
                let sorted = reverse ? keys.sorted(by: >) : keys.sorted()
                return "\(keys.count) \(keys == sorted) \(keys.contains("key 1500"))"
            }
            #expect(listed == "1000 true false")
        }
    }

    @Test func `long keys share prefixes and still stand in order`() async throws {
        let long = String(repeating: "k", count: 1_500)
        let result = try await box.inside { storage in
            for tail in ["b", "a", "", "aa"] { try storage.put(long + tail, tail) }
            return ""
        }
        #expect(result.isEmpty)
        let listed = try await box.inside { storage in
            try storage.list(as: String.self).map(\.value).joined(separator: ",")
        }
        #expect(listed == ",a,aa,b")
    }

    @Test func `deleteAll deletes what is committed and what is not, and what comes after it stays`() async throws {
        _ = try await box.inside { storage in
            try storage.put("old", 1)
            return ""
        }
        let inTurn = try await box.inside { storage in
            try storage.put("new", 1)
            try storage.deleteAll()
            try storage.put("after", 1)
            return try storage.list(as: Int.self).map(\.key).joined(separator: " ")
        }
        #expect(inTurn == "after")
        try test.crash()
        let again = try test.objects(of: Box.self).get("box")
        let kept = try await again.inside { try $0.list(as: Int.self).map(\.key).joined(separator: " ") }
        #expect(kept == "after")
    }

    @Test func `a transaction that throws undoes everything in it, and an inner one only its own part`() async throws {
        let result = try await box.inside { storage in
            try storage.put("kept", 0)
            let value = try storage.transaction {
                try storage.put("outer", 1)
                do {
                    try storage.transaction {
                        try storage.put("inner", 1)
                        try storage.deleteAll()
                        throw TestError.refused
                    }
                } catch TestError.refused {}
                return 7
            }
            do {
                try storage.transaction {
                    try storage.put("outer", 2)
                    throw TestError.refused
                }
            } catch TestError.refused {}
            let entries = try storage.list(as: Int.self).map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            return "\(value) \(entries)"
        }
        #expect(result == "7 kept=0 outer=1")
        try test.crash()
        let again = try test.objects(of: Box.self).get("box")
        let kept = try await again.inside { try $0.list(as: Int.self).map(\.key).joined(separator: " ") }
        #expect(kept == "kept outer")
    }

    @Test func `a turn whose changes were all rolled back is answered`() async throws {
        let result = try await box.inside { storage in
            do {
                try storage.transaction {
                    try storage.put("a", 1)
                    throw TestError.refused
                }
            } catch TestError.refused {}
            return "done"
        }
        #expect(result == "done")
        let outcome2 = try await box.inside { "\(try $0.list(as: Int.self).count)" }
        #expect(outcome2 == "0")
    }

    @Test func `values keep their types`() async throws {
        let result = try await box.inside { storage in
            try storage.put("int", Int.min)
            try storage.put("bool", true)
            try storage.put("double", 0.1)
            try storage.put("text", "a\"b\u{0}c 😀")
            try storage.put("list", [1, 2, 3])
            try storage.put("none", Int?.none)
            try storage.put("bytes", [UInt8](arrayLiteral: 0, 255))
            return ""
        }
        #expect(result.isEmpty)
        let read = try await box.inside { storage in
            let values: [Bool] = [
                try storage.get("int", as: Int.self) == Int.min,
                try storage.get("bool", as: Bool.self) == true,
                try storage.get("double", as: Double.self) == 0.1,
                try storage.get("text", as: String.self) == "a\"b\u{0}c 😀",
                try storage.get("list", as: [Int].self) == [1, 2, 3],
                try storage.get("none", as: Int?.self) == .some(.none),
                try storage.get("bytes", as: [UInt8].self) == [0, 255],
            ]
            return values.map { $0 ? "1" : "0" }.joined()
        }
        #expect(read == "1111111")
    }

    @Test func `a value of another type is an error that says so`() async throws {
        let error = await #expect(throws: RoostError.self) {
            try await box.inside { storage in
                try storage.put("a", "text")
                return "\(try storage.get("a", as: Int.self) ?? 0)"
            }
        }
        #expect(error?.code == .typeMismatch)
    }

    @Test func `contradictory list options are refused in the origin's words`() async throws {
        let both = await #expect(throws: RoostError.self) {
            try await box.inside { "\(try $0.list(ListOptions(start: "a", startAfter: "b"), as: Int.self))" }
        }
        #expect(both?.message == "list() cannot be called with both start and startAfter values.")
        let zero = await #expect(throws: RoostError.self) {
            try await box.inside { "\(try $0.list(ListOptions(limit: 0), as: Int.self))" }
        }
        #expect(zero?.message == "List limit must be positive.")
    }

    @Test func `limits are the profile's, in the origin's words, and change nothing`() async throws {
        var configuration = RoostConfiguration()
        configuration.limits = .cloudflare
        let test = try RoostTest(configuration: configuration) { try $0.register(Box.self) }
        let box = try test.objects(of: Box.self).get("box")
        let key = await #expect(throws: RoostError.self) {
            try await box.inside { storage in
                try storage.put(String(repeating: "x", count: 2_049), 1)
                return ""
            }
        }
        #expect(key?.message == "Keys cannot be larger than 2048 bytes. A key of size 2049 was provided.")
        let value = await #expect(throws: RoostError.self) {
            try await box.inside { storage in
                try storage.putBytes("a", [UInt8](repeating: 0, count: 131_073))
                return ""
            }
        }
        #expect(value?.message == "Values cannot be larger than 131072 bytes. A value of size 131073 was provided.")
        let many = await #expect(throws: RoostError.self) {
            try await box.inside { "\(try $0.get((0..<129).map { "\($0)" }, as: Int.self).count)" }
        }
        #expect(many?.message == "Maximum number of key value pairs is 128. 129 pairs were provided.")
        let outcome3 = try await box.inside { "\(try $0.list(as: Int.self).count)" }
        #expect(outcome3 == "0")
    }

    @Test func `too many uncommitted bytes are refused before they fill the memory`() async throws {
        var configuration = RoostConfiguration()
        configuration.limits.uncommittedBytesMax = 1_000
        let test = try RoostTest(configuration: configuration) { try $0.register(Box.self) }
        let box = try test.objects(of: Box.self).get("box")
        let error = await #expect(throws: RoostError.self) {
            try await box.inside { storage in
                for index in 0..<100 { try storage.putBytes("\(index)", [UInt8](repeating: 1, count: 100)) }
                return ""
            }
        }
        #expect(error?.code == .limitExceeded)
        _ = try await box.inside { storage in
            try storage.putBytes("fits", [UInt8](repeating: 1, count: 100))
            return ""
        }
    }
}
