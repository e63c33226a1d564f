import RoostStorage

/// Where a test's store is kept.
///
/// Every conformance test runs on all of them.
enum Backend: String, CaseIterable, Sendable {
    case lmdb
    case memory
}

/// A store for one test, with one registered class.
final class TestStore {
    let directory = TemporaryDirectory()
    let disk = MemoryDisk()
    let backend: Backend
    private(set) var store: Store
    private(set) var record: ClassRecord

    static let classKey = ClassKey(script: "app", name: "Counter")

    init(_ backend: Backend, options: StoreOptions = StoreOptions()) throws {
        self.backend = backend
        switch backend {
        case .lmdb: store = try Store.open(directory: directory.path, options: options)
        case .memory: store = try Store.inMemory(on: disk, options: options)
        }
        record = try store.registerClass(Self.classKey, storage: .keyValue, uniqueKey: "seed")
    }

    deinit {
        store.close()
    }

    /// Closes the store and opens it again.
    func reopen(options: StoreOptions = StoreOptions()) throws {
        store.close()
        switch backend {
        case .lmdb: store = try Store.open(directory: directory.path, options: options)
        case .memory: store = try Store.inMemory(on: disk, options: options)
        }
        record = try store.registerClass(Self.classKey, storage: .keyValue, uniqueKey: "seed")
    }

    func object(_ number: UInt8, name: String? = nil) -> TestObject {
        TestObject(self, Self.reference(number), name: name)
    }

    static func reference(_ number: UInt8) -> ObjectReference {
        let bytes = [number] + [UInt8](repeating: 7, count: 31)
        guard let id = ObjectID(bytes: bytes) else { preconditionFailure("An id has 32 bytes.") }
        return ObjectReference(classKey: classKey, id: id)
    }

    func number(_ object: ObjectReference) throws -> ObjectNumber {
        guard let number = try store.number(of: object) else {
            throw StorageError(.notFound, "The object was never committed.")
        }
        return number
    }

    func value(_ object: ObjectReference, _ key: [UInt8], in space: Space = .entries) throws -> [UInt8]? {
        guard let number = try store.number(of: object) else { return nil }
        let classNumber = record.number
        return try store.read { transaction throws(StorageError) in
            try transaction.withValue(classNumber: classNumber, object: number, space: space, key: key) { _, payload in
                [UInt8](copying: payload)
            }
        }
    }

    /// The keys and values of a range.
    func entries(
        _ object: ObjectReference,
        in space: Space = .entries,
        from lower: [UInt8]? = nil,
        to upper: [UInt8]? = nil,
        reverse: Bool = false,
        limit: Int = .max
    ) throws -> [TestEntry] {
        guard let number = try store.number(of: object) else { return [] }
        let classNumber = record.number
        var entries: [TestEntry] = []
        try store.read { transaction throws(StorageError) in
            try transaction.scan(
                classNumber: classNumber,
                object: number,
                space: space,
                from: lower,
                to: upper,
                reverse: reverse
            ) { key, tag, payload in
                entries.append(
                    TestEntry(key: [UInt8](copying: key), tag: tag, payload: [UInt8](copying: payload))
                )
                return entries.count < limit
            }
        }
        return entries
    }
}

struct TestEntry: Equatable {
    let key: [UInt8]
    let tag: ValueTag
    let payload: [UInt8]
}
