/// The tables of the in-memory engine.
///
/// A copy is cheap and independent, so it serves as a transaction.
struct MemoryTables: Sendable {
    private var tables: [Table: OrderedMap<[UInt8]>] = [:]

    /// Whether anything was changed since this was last set to `false`.
    var isChanged = false

    private mutating func change(
        _ table: Table,
        _ body: (inout OrderedMap<[UInt8]>) -> Void
    ) throws(StorageError) {
        // Taken out while it is changed, so that the map's nodes stay uniquely referenced.
        guard var map = tables.updateValue(OrderedMap(), forKey: table) else {
            tables[table] = nil
            throw Self.missing(table)
        }
        body(&map)
        isChanged = true
        tables[table] = map
    }

    private static func missing(_ table: Table) -> StorageError {
        StorageError(.notFound, "The table \(table.name) does not exist; register the class first.")
    }
}

extension MemoryTables: TableWriter {
    func show(
        _ table: Table,
        _ key: [UInt8],
        to body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        guard let value = tables[table]?[key] else { return false }
        unsafe try body(value.span.bytes)
        return true
    }

    func scan(
        _ table: Table,
        _ range: KeyRange,
        reverse: Bool,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        guard let map = tables[table] else { return }
        var upper = range.upper
        if range.includesUpper {
            // The shortest key after `upper` ends a range that includes it.
            upper?.append(0)
        }
        for (key, value) in map.range(from: range.lower, to: upper, reverse: reverse) {
            guard unsafe try body(key.span.bytes, value.span.bytes) else { return }
        }
    }

    mutating func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(StorageError) {
        // Copied element by element: the caller goes on using its arrays' memory, and keeping a reference to them
        // would make it allocate anew each time.
        try change(table) { $0[Array(key[...])] = Array(value[...]) }
    }

    mutating func delete(_ table: Table, _ key: [UInt8]) throws(StorageError) {
        try change(table) { _ = $0.removeValue(forKey: key) }
    }

    mutating func deleteAll(_ table: Table, _ range: KeyRange) throws(StorageError) {
        var keys: [[UInt8]] = []
        try scan(table, range, reverse: false) { key, _ in
            keys.append([UInt8](copying: key))
            return true
        }
        try change(table) { map in
            for key in keys {
                map.removeValue(forKey: key)
            }
        }
    }

    mutating func createTable(_ table: Table) throws(StorageError) {
        if tables[table] == nil {
            tables[table] = OrderedMap()
            isChanged = true
        }
    }
}
