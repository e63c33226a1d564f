import Testing

@testable import RoostStorage

/// Classes, objects and names.
struct ObjectDirectoryTests {
    private static func options(clock: Int64 = 1_000) -> StoreOptions {
        var options = StoreOptions()
        options.now = { clock }
        return options
    }

    @Test(arguments: Backend.allCases)
    func `objects are numbered in order of creation`(backend: Backend) async throws {
        let test = try TestStore(backend)
        for number: UInt8 in [9, 3, 7] {
            try await test.object(number).put("a", "b")
        }
        #expect(try test.number(TestStore.reference(9)).value == 1)
        #expect(try test.number(TestStore.reference(3)).value == 2)
        #expect(try test.number(TestStore.reference(7)).value == 3)
        try test.reopen()
        let receipt = try await test.object(1).put("a", "b")
        #expect(receipt.object.value == 4)
    }

    @Test(arguments: Backend.allCases)
    func `nothing is known of an object before its first commit`(backend: Backend) throws {
        let test = try TestStore(backend)
        #expect(try test.store.number(of: TestStore.reference(1)) == nil)
        #expect(try test.store.info(of: TestStore.reference(1)) == nil)
    }

    @Test(arguments: Backend.allCases)
    func `an object keeps its name, its creation time and its last sequence`(backend: Backend) async throws {
        let test = try TestStore(backend, options: Self.options(clock: 1_000))
        try await test.object(1, name: "acme:hits").put("a", "b")
        try test.reopen(options: Self.options(clock: 2_000))
        let object = test.object(1, name: "acme:hits")
        try object.restart()
        try await object.put("a", "c")
        let info = try #require(try test.store.info(of: object.reference))
        #expect(info == ObjectInfo.expected(number: 1, name: "acme:hits", createdAt: 1_000, lastSequence: 2))
    }

    @Test(arguments: Backend.allCases)
    func `a name that becomes known later is added`(backend: Backend) async throws {
        let test = try TestStore(backend)
        try await test.object(1).put("a", "b")
        #expect(try test.store.info(of: TestStore.reference(1))?.name == nil)
        let named = test.object(1, name: "later")
        try named.restart()
        try await named.put("a", "c")
        #expect(try test.store.info(of: TestStore.reference(1))?.name == "later")
        #expect(try test.store.names(of: TestStore.classKey, prefix: "", after: nil, limit: 10) == ["later"])
        #expect(try named.value("a") == "c")
    }

    @Test(arguments: Backend.allCases)
    func `two ids cannot have one name`(backend: Backend) async throws {
        let test = try TestStore(backend)
        try await test.object(1, name: "same").put("a", "b")
        let error = await test.object(2, name: "same").enqueue([.put("a", "b")]).error
        #expect(error?.code == .invalid)
        #expect(try test.store.number(of: TestStore.reference(2)) == nil)
    }

    @Test(arguments: Backend.allCases)
    func `objects are listed by id, page by page`(backend: Backend) async throws {
        let test = try TestStore(backend)
        for number: UInt8 in [5, 1, 4, 2, 3] {
            try await test.object(number).put("a", "b")
        }
        let first = try test.store.objects(of: TestStore.classKey, after: nil, limit: 2)
        #expect(first.map(\.id) == [1, 2].map { TestStore.reference($0).id })
        let rest = try test.store.objects(of: TestStore.classKey, after: first.last?.id, limit: 10)
        #expect(rest.map(\.id) == [3, 4, 5].map { TestStore.reference($0).id })
        #expect(rest.map(\.info.number.value) == [5, 3, 1])
        #expect(try test.store.objects(of: TestStore.classKey, after: nil, limit: 0).isEmpty)
        #expect(try test.store.objects(of: ClassKey(script: "", name: "No"), after: nil, limit: 9).isEmpty)
    }

    @Test(arguments: Backend.allCases)
    func `names are listed in byte order by prefix, also the long ones`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let long = String(repeating: "n", count: 600)
        let names = ["acme:a", "acme:b", "acme:\(long)1", "acme:\(long)2", "acme:\(long)", "acmf:x", "b", ""]
        for (index, name) in names.enumerated() {
            try await test.object(UInt8(index), name: name).put("a", "b")
        }
        let sorted = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        let list = { (prefix: String, after: String?, limit: Int) in
            try test.store.names(of: TestStore.classKey, prefix: prefix, after: after, limit: limit)
        }
        #expect(try list("", nil, 100) == sorted)
        let acme = sorted.filter { $0.hasPrefix("acme:") }
        #expect(try list("acme:", nil, 100) == acme)
        #expect(try list("acme:", "acme:b", 2) == Array(acme[2..<4]))
        #expect(try list("acme:", "acme:\(long)1", 9) == ["acme:\(long)2"])
        #expect(try list("acme:", "a", 1) == [acme[0]])
        #expect(try list("acme:", "acmz", 9).isEmpty)
        #expect(try list("zzz", nil, 9).isEmpty)
    }

    @Test(arguments: Backend.allCases)
    func `registering a class again gives the same record, and contradictions are refused`(backend: Backend) throws {
        let test = try TestStore(backend)
        let key = TestStore.classKey
        #expect(try test.store.registerClass(key, storage: .keyValue, uniqueKey: "seed") == test.record)
        #expect(throws: StorageError(.invalid, "")) {
            try test.store.registerClass(key, storage: .sql, uniqueKey: "seed")
        }
        #expect(throws: StorageError(.invalid, "")) {
            try test.store.registerClass(key, storage: .keyValue, uniqueKey: "other")
        }
        #expect(throws: StorageError(.invalid, "")) {
            try test.store.registerClass(ClassKey(script: "a\0b", name: "C"), storage: .sql, uniqueKey: "")
        }
        let second = try test.store.registerClass(ClassKey(script: "", name: "B"), storage: .sql, uniqueKey: "b")
        #expect(second.number == test.record.number + 1)
        #expect(try test.store.classes() == [test.record, second])
        try test.reopen()
        #expect(try test.store.classes() == [test.record, second])
    }

    @Test(arguments: Backend.allCases)
    func `classes keep their objects apart`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let other = ClassKey(script: "app", name: "Other")
        _ = try test.store.registerClass(other, storage: .keyValue, uniqueKey: "o")
        try await test.object(1).put("a", "b")
        let reference = ObjectReference(classKey: other, id: TestStore.reference(1).id)
        #expect(try test.store.number(of: reference) == nil)
        let object = TestObject(test, reference, name: nil)
        let receipt = try await object.put("a", "c")
        #expect(receipt.object.value == 2)
        #expect(try test.object(1).value("a") == "b")
    }

    @Test(arguments: Backend.allCases)
    func `a batch of an unknown class fails alone`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let unknown = ObjectReference(classKey: ClassKey(script: "", name: "No"), id: TestStore.reference(1).id)
        let error = await TestObject(test, unknown, name: nil).enqueue([.put("a", "b")]).error
        #expect(error?.code == .notFound)
        try await test.object(1).put("a", "b")
    }
}

extension ObjectInfo {
    fileprivate static func expected(
        number: UInt64,
        name: String?,
        createdAt: Int64,
        lastSequence: UInt64
    ) -> ObjectInfo {
        ObjectInfo(
            number: ObjectNumber(value: number),
            name: name,
            createdAtMilliseconds: createdAt,
            lastSequence: lastSequence
        )
    }
}
