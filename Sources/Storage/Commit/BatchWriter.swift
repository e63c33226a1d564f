/// Applies batches to a write transaction, and remembers what it needs to know of the objects.
///
/// Everything it learns during a transaction is set aside and becomes knowledge only when that has committed.
struct BatchWriter {
    struct ObjectKey: Hashable {
        let classNumber: UInt32
        let id: ObjectID
    }

    private struct ObjectState {
        let number: ObjectNumber
        var lastSequence: UInt64
        var hasName: Bool
    }

    private let now: @Sendable () -> Int64
    var records = RecordWriter()
    private var known = GenerationCache<ObjectKey, ObjectState>(capacity: StorageLimits.cachedObjects)
    private var touched: [ObjectKey: ObjectState] = [:]
    /// The number that the next new object gets, once it has been read or changed in this transaction.
    private var nextObject: UInt64?
    private var hasNewObjects = false
    /// The class that was looked up last, within one transaction: mostly the next batch is of the same.
    private var latest: (key: ClassKey, number: UInt32)?

    /// Whether the last batch failed after it had changed something.
    private(set) var hasPartialBatch = false
    /// The object whose rows could not be finished, if that is why ``finish(in:)`` failed.
    private(set) var unfinished: ObjectNumber?

    init(now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    /// Forgets what was set aside: a transaction begins, perhaps again.
    mutating func begin() {
        touched.removeAll(keepingCapacity: true)
        nextObject = nil
        hasNewObjects = false
        latest = nil
        hasPartialBatch = false
        unfinished = nil
    }

    /// Takes over what was set aside: the transaction has committed.
    mutating func keep() {
        for (key, state) in touched {
            known.insert(state, for: key)
        }
        begin()
    }

    mutating func rollBack() {
        begin()
    }

    /// Forgets everything: classes have changed, and a number may belong to another one now.
    mutating func forget() {
        known.removeAll()
        begin()
    }

    /// Applies one batch and returns the number of its object.
    mutating func apply<T: TableWriter>(
        _ batch: Batch,
        in tables: inout T,
        classes: [ClassKey: ClassRecord]
    ) throws(StorageError) -> ObjectNumber {
        hasPartialBatch = false
        let classNumber = try number(of: batch.object.classKey, in: classes)
        do throws(StorageError) {
            let key = ObjectKey(classNumber: classNumber, id: batch.object.id)
            let found = try state(of: key, in: tables)
            try check(batch, after: found?.lastSequence ?? 0)
            // Not written with `??`, whose right side cannot throw a typed error.
            var object =
                if let found { found } else { try create(key, name: batch.name, in: &tables) }
            if let name = batch.name, !object.hasName {
                try nameObject(key, object, name, in: &tables)
                object.hasName = true
            }
            for change in batch.changes {
                hasPartialBatch = true
                try apply(change, to: object.number, key, in: &tables)
            }
            object.lastSequence = batch.sequence
            touched[key] = object
            hasPartialBatch = false
            return object.number
        } catch {
            throw error.naming(batch.object)
        }
    }

    /// Writes what is written once per transaction: the last sequence of each object and the object counter.
    mutating func finish<T: TableWriter>(in tables: inout T) throws(StorageError) {
        for (key, object) in touched {
            let rows = Keyspace.data(key.classNumber, object.number, .metadata)
            unfinished = object.number
            try records.put(rows, key: MetaKey.sequence, payload: MetaKey.encode(object.lastSequence), in: &tables)
        }
        unfinished = nil
        if hasNewObjects, let nextObject {
            try records.put(.meta, key: MetaKey.nextObject, payload: MetaKey.encode(nextObject), in: &tables)
        }
    }

    private mutating func number(
        of key: ClassKey,
        in classes: [ClassKey: ClassRecord]
    ) throws(StorageError) -> UInt32 {
        if let latest, latest.key == key { return latest.number }
        guard let number = classes[key]?.number else {
            throw StorageError(.notFound, "The class \(key) is unknown; register it first.")
        }
        latest = (key, number)
        return number
    }

    private func check(_ batch: Batch, after lastSequence: UInt64) throws(StorageError) {
        guard batch.sequence == lastSequence &+ 1 else {
            throw StorageError(
                .invalid,
                "Batch \(batch.sequence) of \(batch.object) does not follow batch \(lastSequence); number them in order."
            )
        }
    }

    private mutating func state(of key: ObjectKey, in tables: some TableReader) throws(StorageError) -> ObjectState? {
        if let state = touched[key] ?? known.value(for: key) { return state }
        let directory = ObjectDirectory(reader: tables)
        guard let row = try directory.row(key.id, of: key.classNumber) else { return nil }
        let info = try directory.info(row, of: key.classNumber)
        return ObjectState(number: row.number, lastSequence: info.lastSequence, hasName: row.name != nil)
    }

    private mutating func create<T: TableWriter>(
        _ key: ObjectKey,
        name: String?,
        in tables: inout T
    ) throws(StorageError) -> ObjectState {
        var number = nextObject
        if number == nil {
            number = try MetaKey.number(.meta, MetaKey.nextObject, in: tables)
        }
        let given = number ?? 1
        let row = ObjectRow(number: ObjectNumber(value: given), createdAtMilliseconds: now(), name: name)
        if let name {
            try reserve(name, for: key, in: &tables)
        }
        hasPartialBatch = true
        try records.put(.objects(key.classNumber), key: key.id.bytes, payload: row.encoded(), in: &tables)
        nextObject = given + 1
        hasNewObjects = true
        return ObjectState(number: row.number, lastSequence: 0, hasName: name != nil)
    }

    /// Adds the name that an object was created without.
    private mutating func nameObject<T: TableWriter>(
        _ key: ObjectKey,
        _ object: ObjectState,
        _ name: String,
        in tables: inout T
    ) throws(StorageError) {
        guard var row = try ObjectDirectory(reader: tables).row(key.id, of: key.classNumber) else { return }
        try reserve(name, for: key, in: &tables)
        row.name = name
        try records.put(.objects(key.classNumber), key: key.id.bytes, payload: row.encoded(), in: &tables)
    }

    private mutating func reserve<T: TableWriter>(
        _ name: String,
        for key: ObjectKey,
        in tables: inout T
    ) throws(StorageError) {
        let rows = Keyspace.names(key.classNumber)
        let text = Array(name.utf8)
        let owner = try Records.withValue(rows, key: text, in: tables) { _, payload throws(StorageError) in
            try ObjectDirectory<T>.id(payload)
        }
        guard owner == nil || owner == key.id else {
            throw StorageError(.invalid, "Two ids were given for one object name; derive ids from names in one way.")
        }
        hasPartialBatch = true
        try records.put(rows, key: text, payload: key.id.bytes, in: &tables)
    }
}
