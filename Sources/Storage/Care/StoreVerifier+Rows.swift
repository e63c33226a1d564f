/// A row of a table whose checksum fits.
struct VerifiedRow {
    /// The key as the engine has it, with what is before the row's own key.
    let prefix: [UInt8]
    let key: [UInt8]
    let tag: ValueTag
    let payload: [UInt8]
    let place: RowPlace
}

extension StoreVerifier {
    /// Shows every row of a table that is sound, and reports what is not.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - unreadable: Is told of each row that cannot be read.
    ///   - body: Is shown each row.
    func rows(
        of table: Table,
        unreadable: (RowPlace) -> Void = { _ in },
        _ body: (VerifiedRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard let tree = tables[table.name] else { return }
        var entries: UInt64 = 0
        var isWhole = true
        try pages.walk(tree) { event throws(StorageError) in
            switch event {
            case .pages(let first, let count):
                let isNew = reach(first, count)
                if !isNew { isWhole = false }
                return isNew
            case .damage(let damage):
                isWhole = false
                report(damage, in: table)
            case .entry(let key, let value):
                entries += 1
                try open(table, key, value, unreadable: unreadable, body)
            }
            return true
        }
        if isWhole, entries != tree.entries {
            add(.table, "The table \(table.name) counts \(tree.entries) entries and has \(entries); restore the store.")
        }
    }

    private func report(_ damage: TreeDamage, in table: Table) {
        let first = damage.lower.map { RowPlace(table, $0) }
        let last = damage.upper.map { RowPlace(table, $0) }
        var entry = DamageList.Entry(
            part: .page,
            classNumber: first?.classNumber ?? last?.classNumber,
            message: "\(damage.message) Rows of the table \(table.name) are lost."
        )
        if case .data(let number) = table {
            entry.classNumber = number
            let low = first?.number ?? 0
            entry.numbers = low...max(low, last?.number ?? counters.nextObject)
        }
        damages.add(entry)
    }

    /// Shows the row, or the rows of the bucket, that an entry of a tree is.
    private func open(
        _ table: Table,
        _ engineKey: [UInt8],
        _ value: FileValue,
        unreadable: (RowPlace) -> Void,
        _ body: (VerifiedRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        let place = RowPlace(table, engineKey)
        let prefixBytes = RowPlace.prefixBytes(table)
        func damaged(_ message: String) {
            report.rows += 1
            add(RowPlace.part(table), message, at: place)
            unreadable(place)
        }
        guard engineKey.count >= prefixBytes else {
            return damaged("A key of the table \(table.name) is too short; restore the store from a backup.")
        }
        let prefix = Array(engineKey[..<prefixBytes])
        let shared = Array(engineKey[prefixBytes...])
        do throws(StorageError) {
            let bytes = try pages.load(value)
            guard engineKey.count == StorageLimits.engineKeyBytes else {
                report.rows += 1
                return try show(unsafe bytes.span.bytes, prefix, shared, place, table, unreadable, body)
            }
            let bucket = unsafe bytes.span.bytes
            let slots = try Bucket.slots(of: bucket)
            if slots.isEmpty { damaged("A bucket of long keys is empty; restore the store from a backup.") }
            var previous: [UInt8]?
            for slot in slots {
                let rest = [UInt8](copying: bucket.extracting(slot.rest))
                if let previous, !ByteOrder.precedes(previous, rest) {
                    add(RowPlace.part(table), "A bucket of long keys is out of order; restore it.", at: place)
                }
                previous = rest
                report.rows += 1
                try show(bucket.extracting(slot.record), prefix, shared + rest, place, table, unreadable, body)
            }
        } catch {
            guard error.code == .corruption || error.code == .io else { throw error }
            damaged(error.message)
        }
    }

    private func show(
        _ record: RawSpan,
        _ prefix: [UInt8],
        _ key: [UInt8],
        _ place: RowPlace,
        _ table: Table,
        _ unreadable: (RowPlace) -> Void,
        _ body: (VerifiedRow) throws(StorageError) -> Void
    ) throws(StorageError) {
        var row: VerifiedRow?
        do throws(StorageError) {
            try ValueRecord.decode(record, key: unsafe key.span.bytes) { tag, payload in
                let bytes = [UInt8](copying: payload)
                row = VerifiedRow(prefix: prefix, key: key, tag: tag, payload: bytes, place: place)
            }
            if key.count > StorageLimits.keyBytes {
                throw StorageError(.corruption, "A key is longer than the store takes; restore it from a backup.")
            }
        } catch {
            guard error.code == .corruption else { throw error }
            add(RowPlace.part(table), error.message, at: place)
            return unreadable(place)
        }
        if let row { try body(row) }
    }
}
