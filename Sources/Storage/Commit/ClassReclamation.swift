/// Removes what deleted classes have left behind, piece by piece.
///
/// Each piece is a write transaction of its own that removes a bounded number of rows, so commits of other objects pass
/// in between. The list of alarms comes first, because dead alarms stand in the way of living ones; then the directory
/// of objects and their names; at last the data. (LMDB frees a whole table in one step, but to find the pages of large
/// values, those of databases among them, it reads every page of it: too long for one transaction.)
///
/// Crash: what is still to be done stands in the store, as the note of each deleted class, until the transaction that
/// removes the last of it. Doing a piece again finds less to do.
struct ClassReclamation {
    /// The classes whose alarms are sought, and where in the list the next piece goes on; `nil` at its end.
    private var sought: Set<UInt32> = []
    private var alarms: [UInt8]?
    private(set) var isDone = false
    private(set) var space = ReclaimedSpace()
    /// What the transaction under way would add.
    private var pending = ReclaimedSpace()
    private var records = RecordWriter()

    /// Does one piece.
    ///
    /// - Parameter limit: How many rows it may remove.
    mutating func step<T: TableWriter>(in tables: inout T, limit: Int) throws(StorageError) -> WriteDecision {
        pending = ReclaimedSpace()
        let numbers = try DeletedClasses.numbers(in: tables)
        guard let first = numbers.first else {
            isDone = true
            return .abort
        }
        // Another reclamation may have ended one of them, and its number may be a living class's by now.
        sought.formIntersection(numbers)
        if !sought.isSuperset(of: numbers) {
            // At the beginning, and when another class was deleted meanwhile.
            sought = Set(numbers)
            alarms = []
        }
        if let start = alarms {
            try removeAlarms(from: start, in: &tables, limit: limit)
        } else {
            try remove(first, in: &tables, limit: limit)
        }
        return pending == ReclaimedSpace() ? .abort : .commit
    }

    /// Takes over what the last piece has done: it has committed.
    mutating func keep() {
        space.rows += pending.rows
        space.classes += pending.classes
        space.commits += 1
        pending = ReclaimedSpace()
    }

    private mutating func removeAlarms<T: TableWriter>(
        from start: [UInt8],
        in tables: inout T,
        limit: Int
    ) throws(StorageError) {
        let numbers = sought
        // More than living alarms can be moved to behind this place between two pieces, or it would never get through.
        let looksMax = max(limit, 4 * StorageLimits.groupBatches)
        var dead: [[UInt8]] = []
        var last: [UInt8] = []
        var seen = 0
        var isCut = false
        try tables.scan(.alarms, KeyRange(lower: start, upper: nil), reverse: false) { key, _ in
            let alarm = key.extracting(first: AlarmIndex.headerBytes)
            // A key too short for an alarm is a damage, and none of ours.
            if alarm.byteCount == AlarmIndex.headerBytes, numbers.contains(alarm.bigEndian(at: 8)) {
                dead.append([UInt8](copying: key))
            }
            seen += 1
            isCut = seen == looksMax || dead.count == limit
            if isCut { last = [UInt8](copying: key) }
            return !isCut
        }
        for key in dead { try tables.delete(.alarms, key) }
        pending.rows += dead.count
        alarms = isCut ? last + [0] : nil
    }

    private mutating func remove<T: TableWriter>(
        _ number: UInt32,
        in tables: inout T,
        limit: Int
    ) throws(StorageError) {
        // The table with the data itself stays, empty: closing a database while others read is what LMDB asks never to
        // do.
        try tables.createTable(.data(number))
        let directory = [Keyspace.objects(number), .names(number)]
        let places = directory.map { ($0.table, $0.engineRange(from: nil, to: nil)) }
        for (table, range) in places + [(.data(number), KeyRange(lower: [], upper: nil))] {
            let room = limit - pending.rows
            guard room > 0 else { return }
            var keys: [[UInt8]] = []
            try tables.scan(table, range, reverse: false) { key, _ in
                keys.append([UInt8](copying: key))
                return keys.count < room
            }
            for key in keys { try tables.delete(table, key) }
            pending.rows += keys.count
        }
        guard pending.rows < limit else { return }
        try records.delete(.meta, key: MetaKey.deletedClass(number), in: &tables)
        pending.classes = 1
        // Its number may be given again, to a class that is deleted before this ends; then its alarms are sought too.
        sought.remove(number)
    }
}

/// The notes of deleted classes of which something is left.
enum DeletedClasses {
    /// The numbers of the classes, in order.
    static func numbers(in reader: some TableReader) throws(StorageError) -> [UInt32] {
        var numbers: [UInt32] = []
        let prefix = MetaKey.deletedClassPrefix
        let end = ByteOrder.successor(ofPrefix: prefix)
        try Records.scan(.meta, from: prefix, to: end, reverse: false, in: reader) { key, _, _ in
            if let number = MetaKey.deletedClass(ofKey: [UInt8](copying: key)) { numbers.append(number) }
            return true
        }
        return numbers.sorted()
    }
}
