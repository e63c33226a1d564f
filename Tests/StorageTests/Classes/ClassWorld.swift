@testable import RoostStorage

/// A store with two classes that have objects with names, values and alarms.
final class ClassWorld {
    let directory = TemporaryDirectory()
    let disk = MemoryDisk()
    let backend: Backend
    private(set) var store: Store

    static let rooms = ClassKey(script: "app", name: "Room")
    static let counters = ClassKey(script: "app", name: "Counter")
    static let before = Array("before".utf8)

    init(_ backend: Backend, objects: UInt8 = 3) async throws {
        self.backend = backend
        store = try Self.open(backend, directory.path, disk)
        try store.changeClasses(
            [
                .create(Self.rooms, .keyValue, uniqueKey: "app-Room"),
                .create(Self.counters, .keyValue, uniqueKey: "app-Counter"),
            ],
            history: Self.before,
            replacing: nil
        )
        for number in 1...objects {
            try await put(Self.rooms, number)
            try await put(Self.counters, number)
        }
    }

    deinit { store.close() }

    private static func open(_ backend: Backend, _ path: String, _ disk: MemoryDisk) throws -> Store {
        switch backend {
        case .lmdb: try Store.open(directory: path)
        case .memory: try Store.inMemory(on: disk)
        }
    }

    func reopen() throws {
        store.close()
        store = try Self.open(backend, directory.path, disk)
    }

    static func id(_ number: UInt8) -> ObjectID {
        guard let id = ObjectID(bytes: [number] + [UInt8](repeating: 7, count: 31)) else {
            preconditionFailure("An id has 32 bytes.")
        }
        return id
    }

    func put(_ key: ClassKey, _ number: UInt8) async throws {
        var due: [UInt8] = []
        due.append(bigEndian: 1_000 + Int64(number))
        let batch = Batch(
            object: ObjectReference(classKey: key, id: Self.id(number)),
            name: "\(key.name):\(number)",
            sequence: 1,
            changes: [.put("value", "\(key.name) \(number)"), .put(.alarm, key: [], tag: .bytes, payload: due)]
        )
        let outcome = PendingOutcome()
        store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
        _ = try await outcome.value.get()
    }

    func change(_ changes: ClassDirectoryChange..., remember history: String = "after") throws {
        try store.changeClasses(changes, history: Array(history.utf8), replacing: try store.classHistory())
    }

    /// Everything that can be seen of the store, class by class.
    func contents() throws -> [String] {
        var lines = ["history \(try store.classHistory().map { String(decoding: $0, as: UTF8.self) } ?? "none")"]
        for record in try store.classes() {
            lines.append("class \(record.key) \(record.number) \(record.storage) \(record.uniqueKey)")
            for entry in try store.objects(of: record.key, after: nil, limit: 1_000) {
                let value = try store.read { transaction throws(StorageError) in
                    try transaction.withValue(
                        classNumber: record.number,
                        object: entry.info.number,
                        space: .entries,
                        key: Array("value".utf8)
                    ) { String(decoding: [UInt8](copying: $1), as: UTF8.self) }
                }
                lines.append("object \(entry.id.bytes[0]) \(entry.info.name ?? "") \(value ?? "nothing")")
            }
            lines.append("names \(try store.names(of: record.key, prefix: "", after: nil, limit: 1_000))")
        }
        lines += try store.alarms(through: .max, limit: 1_000).map {
            "alarm \($0.dueMilliseconds) \($0.object.classKey) \($0.object.id.bytes[0])"
        }
        return lines
    }

    /// The rows of tables that classes share, and of the tables of classes.
    func rows(_ tables: Table...) throws -> Int {
        var count = 0
        try store.read { transaction throws(StorageError) in
            for table in tables {
                try transaction.backing.scan(table, KeyRange(lower: [], upper: nil), reverse: false) { _, _ in
                    count += 1
                    return true
                }
            }
        }
        return count
    }
}
