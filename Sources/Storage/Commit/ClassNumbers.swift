/// Gives numbers to new classes.
///
/// Guarantee: a number is given only when nothing in the store has it. First come those that were never given, in their
/// order. When all have been, it is the turn of numbers whose classes were deleted, and of those only of such as have
/// no row left in any table. That is looked up, row by row, not taken on trust: it costs one look at the list of
/// alarms, and only in stores that have seen as many classes as they can hold at once.
enum ClassNumbers {
    /// Takes the number for a class that is about to be written.
    ///
    /// - Throws: `.tooLarge` when every number belongs to a class, or to what a deleted one has left.
    static func take<T: TableWriter>(in tables: inout T) throws(StorageError) -> UInt32 {
        let next = try MetaKey.number(.meta, MetaKey.nextClass, in: tables) ?? 1
        if let number = UInt32(exactly: next), number <= StorageLimits.classes {
            var records = RecordWriter()
            try records.put(.meta, key: MetaKey.nextClass, payload: MetaKey.encode(next + 1), in: &tables)
            return number
        }
        let living = try ObjectDirectory(reader: tables).classes().map(\.number)
        let left = try DeletedClasses.numbers(in: tables)
        let taken = Set(living + left).union(try classesWithAlarms(in: tables))
        for number in 1...StorageLimits.classes where !taken.contains(number) {
            if try isEmpty(number, in: &tables) { return number }
        }
        throw StorageError(.tooLarge, full(left: left.count))
    }

    /// The classes of which there is an alarm, whether or not they exist.
    private static func classesWithAlarms(in tables: some TableReader) throws(StorageError) -> Set<UInt32> {
        var numbers: Set<UInt32> = []
        try tables.scan(.alarms, KeyRange(lower: [], upper: nil), reverse: false) { key, _ in
            if key.byteCount >= AlarmIndex.headerBytes { numbers.insert(key.bigEndian(at: 8)) }
            return true
        }
        return numbers
    }

    private static func isEmpty<T: TableWriter>(_ number: UInt32, in tables: inout T) throws(StorageError) -> Bool {
        try tables.createTable(.data(number))
        var isEmpty = true
        func look(_ table: Table, _ range: KeyRange) throws(StorageError) {
            try tables.scan(table, range, reverse: false) { _, _ in
                isEmpty = false
                return false
            }
        }
        for rows in [Keyspace.objects(number), .names(number)] {
            try look(rows.table, rows.engineRange(from: nil, to: nil))
        }
        try look(.data(number), KeyRange(lower: [], upper: nil))
        return isEmpty
    }

    private static func full(left: Int) -> String {
        let most = "A store has at most \(StorageLimits.classes) classes at a time"
        guard left > 0 else {
            return "\(most). Delete some in a migration of its own and add others in a later one, or use another store."
        }
        return
            "\(most), with the deleted ones of which something is left (\(left) now). Apply the deletion alone, which "
            + "removes it (`roost migrations apply`), then add the new classes; or use another store."
    }
}
