import RoostStorage
import Testing

/// What every backend must do with values.
struct StoreConformanceTests {
    @Test(arguments: Backend.allCases)
    func `a committed value is read back, with its tag`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        try await object.commit([
            .put(.entries, key: [1], tag: .json, payload: Array("{}".utf8)),
            .put(.entries, key: [], tag: .bytes, payload: []),
        ])
        #expect(
            try test.entries(object.reference) == [
                TestEntry(key: [], tag: .bytes, payload: []),
                TestEntry(key: [1], tag: .json, payload: Array("{}".utf8)),
            ]
        )
        #expect(try test.value(object.reference, [2]) == nil)
    }

    @Test(arguments: Backend.allCases)
    func `a put replaces, a delete removes, and deleting what is absent is nothing`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        try await object.put("a", "one")
        try await object.put("a", "two")
        #expect(try object.value("a") == "two")
        try await object.commit([.delete(.entries, key: Array("a".utf8)), .delete(.entries, key: [9])])
        #expect(try object.value("a") == nil)
    }

    @Test(arguments: Backend.allCases)
    func `deleteAll takes effect at its place in the batch and in its space only`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        let neighbour = test.object(2)
        try await neighbour.put("mine", "stays")
        try await object.commit([
            .put("old", "1"), .put([UInt8](repeating: 4, count: 600), [1]),
            .put(.pages, key: [0], tag: .bytes, payload: [5]),
        ])
        try await object.commit([.put("before", "1"), .deleteAll(.entries), .put("after", "2")])
        #expect(try test.entries(object.reference).map(\.key) == [Array("after".utf8)])
        #expect(try test.value(object.reference, [0], in: .pages) == [5])
        #expect(try neighbour.value("mine") == "stays")
        // The sequence survives even when all metadata goes.
        try await object.commit([.deleteAll(.metadata), .deleteAll(.entries)])
        try await object.put("next", "3")
        #expect(try test.store.info(of: object.reference)?.lastSequence == 4)
    }

    @Test(arguments: Backend.allCases)
    func `everything is there after the store was closed and opened again`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1, name: "acme:hits")
        try await object.put("a", "one")
        let before = try test.store.info(of: object.reference)
        try test.reopen()
        #expect(try object.value("a") == "one")
        #expect(try test.store.info(of: object.reference) == before)
        #expect(try test.store.classes() == [test.record])
        try await object.put("a", "two")
        #expect(try test.store.info(of: object.reference)?.lastSequence == 2)
    }

    @Test(arguments: Backend.allCases)
    func `a read does not see what is committed while it runs`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        try await object.put("a", "one")
        let number = try test.number(object.reference)
        let (store, classNumber) = (test.store, test.record.number)
        let held = try store.read { transaction throws(StorageError) in
            let batch = Batch(object: object.reference, name: nil, sequence: 2, changes: [.put("a", "two")])
            let done = BlockingFlag()
            store.commit(batch, lane: CommitLane()) { _ in done.set() }
            done.wait()
            return try transaction.withValue(
                classNumber: classNumber,
                object: number,
                space: .entries,
                key: Array("a".utf8)
            ) { [UInt8](copying: $1) }
        }
        #expect(held == Array("one".utf8))
        #expect(try object.value("a") == "two")
    }

    @Test(arguments: Backend.allCases)
    func `large values survive`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        let value = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await object.commit([.put([1], value)])
        #expect(try test.value(object.reference, [1]) == value)
    }

    @Test(arguments: Backend.allCases)
    func `a scan stops when it is told to`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        try await object.commit((0..<100).map { .put([UInt8($0)], []) })
        #expect(try test.entries(object.reference, limit: 3).map(\.key) == [[0], [1], [2]])
        #expect(try test.entries(object.reference, reverse: true, limit: 2).map(\.key) == [[99], [98]])
    }
}
