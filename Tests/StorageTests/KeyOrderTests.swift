import RoostStorage
import Testing

/// Keys come out in byte order although the engine cannot hold the long ones.
struct KeyOrderTests {
    private static let lengths = [0, 1, 2, 255, 500, 501, 502, 503, 504, 505, 511, 512, 600, 2_047, 2_048]

    /// Keys of every interesting length, many of which begin with the same bytes.
    private static let keys: [[UInt8]] = {
        var keys: Set<[UInt8]> = []
        for length in lengths {
            for fill: UInt8 in [0, 97, 255] {
                let key = [UInt8](repeating: fill, count: length)
                keys.insert(key)
                for last: UInt8 in [0, 1, 96, 98, 255] where length > 0 {
                    keys.insert(key.dropLast() + [last])
                }
            }
        }
        return keys.sorted { $0.lexicographicallyPrecedes($1) }
    }()

    private func filled(_ backend: Backend) async throws -> (TestStore, TestObject) {
        let test = try TestStore(backend)
        let object = test.object(5)
        // Neighbours on both sides must never show up.
        try await test.object(4).commit([.put([UInt8](repeating: 255, count: 700), [4]), .put([], [4])])
        var random = SplitMix64(seed: 3)
        try await object.commit(Self.keys.shuffled(using: &random).map { .put($0, [UInt8($0.count & 255)]) })
        try await test.object(6).commit([.put([], [6]), .put([UInt8](repeating: 0, count: 700), [6])])
        return (test, object)
    }

    @Test(arguments: Backend.allCases)
    func `all keys come out in byte order and against it`(backend: Backend) async throws {
        let (test, object) = try await filled(backend)
        #expect(try test.entries(object.reference).map(\.key) == Self.keys)
        #expect(try test.entries(object.reference, reverse: true).map(\.key) == Self.keys.reversed())
        #expect(try test.entries(object.reference).allSatisfy { $0.payload == [UInt8($0.key.count & 255)] })
    }

    @Test(arguments: Backend.allCases)
    func `every key is found by itself`(backend: Backend) async throws {
        let (test, object) = try await filled(backend)
        for key in Self.keys {
            #expect(try test.value(object.reference, key) == [UInt8(key.count & 255)])
        }
        #expect(try test.value(object.reference, [UInt8](repeating: 97, count: 700)) == nil)
        #expect(try test.value(object.reference, [UInt8](repeating: 50, count: 502)) == nil)
    }

    @Test(arguments: Backend.allCases)
    func `bounds are inclusive below and exclusive above, wherever they are`(backend: Backend) async throws {
        let (test, object) = try await filled(backend)
        var random = SplitMix64(seed: 4)
        var bounds = Self.keys
        for length in [400, 502, 503, 800] {
            bounds.append([UInt8](repeating: 97, count: length))
            bounds.append([UInt8](repeating: 98, count: length))
        }
        for _ in 0..<400 {
            let lower = bounds.randomElement(using: &random)
            let upper = bounds.randomElement(using: &random)
            let expected = Self.keys.filter { key in
                !(lower.map { key.lexicographicallyPrecedes($0) } ?? false)
                    && upper.map { key.lexicographicallyPrecedes($0) } ?? true
            }
            #expect(try test.entries(object.reference, from: lower, to: upper).map(\.key) == expected)
            let reversed = try test.entries(object.reference, from: lower, to: upper, reverse: true)
            #expect(reversed.map(\.key) == expected.reversed())
        }
    }

    @Test(arguments: Backend.allCases)
    func `keys in a bucket are replaced and deleted one by one`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        let shared = [UInt8](repeating: 7, count: 502)
        try await object.commit([.put(shared, [0]), .put(shared + [1], [1]), .put(shared + [2], [2])])
        try await object.commit([.put(shared + [1], [9, 9]), .delete(.entries, key: shared)])
        #expect(try test.entries(object.reference).map(\.payload) == [[9, 9], [2]])
        try await object.commit([.delete(.entries, key: shared + [1]), .delete(.entries, key: shared + [2])])
        #expect(try test.entries(object.reference).isEmpty)
        try await object.commit([.delete(.entries, key: shared + [5])])
        #expect(try test.entries(object.reference).isEmpty)
    }

    @Test(arguments: Backend.allCases)
    func `a key beyond the limit is refused before it reaches the store`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        let error = await object.enqueue([.put([UInt8](repeating: 1, count: 2_049), [])]).error
        #expect(error?.code == .tooLarge)
        #expect(try test.store.number(of: object.reference) == nil)
    }
}
