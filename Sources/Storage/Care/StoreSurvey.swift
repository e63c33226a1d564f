import Glibc

/// Counts what is in a store, by reading the leaves of its tables; values of their own pages it only measures.
enum StoreSurvey {
    static func run(directory: String) throws(StorageError) -> SurveyReport {
        let snapshot = try StoreSnapshot(directory: directory)
        let pages = snapshot.pages
        let tables = try FileTables(pages)
        var report = SurveyReport()
        report.format = try StoreFormat.read(from: tables)
        report.transaction = pages.meta.transaction
        report.fileBytes = try snapshot.file.byteCount()
        report.mapBytes = pages.meta.mapBytes
        report.pageBytes = pages.meta.pageBytes
        report.pageCount = pages.meta.lastPage + 1
        try pages.walk(pages.meta.free, order: .number) { event throws(StorageError) in
            if case .entry(_, let value) = try sound(event) {
                report.freePages += UInt64(try FreeList.pages(in: pages.load(value)).count)
            }
            return true
        }
        report.readers = try snapshot.observer?.readers().filter { $0.process != getpid() } ?? []
        var objects: [UInt32: UInt64] = [:]
        for table in Table.fixed {
            try entries(of: table, in: tables) { key, count in
                report.directory.add(count)
                guard case .objects = table, let number = RowPlace(table, key).classNumber else { return }
                objects[number, default: 0] += 1
            }
        }
        let records = try ObjectDirectory(reader: tables).classes()
        for record in records.sorted(by: { $0.number < $1.number }) {
            var amount = try survey(record, in: tables)
            amount.objects = objects[record.number] ?? 0
            report.classes.append(amount)
        }
        return report
    }

    private static func survey(
        _ record: ClassRecord,
        in tables: FileTables
    ) throws(StorageError) -> SurveyReport.ClassAmount {
        var amount = SurveyReport.ClassAmount(
            name: record.key.description,
            number: record.number,
            hasSQL: record.storage == .sql
        )
        try entries(of: .data(record.number), in: tables) { key, count in
            guard key.count > 8, let space = Space(rawValue: key[8]) else { return }
            switch space {
            case .entries: amount.keys.add(count)
            case .pages: amount.pages.add(count)
            case .alarm: amount.alarms.add(count)
            case .metadata: amount.metadata.add(count)
            }
        }
        return amount
    }

    /// Shows the keys of a table, each with the size of the entry.
    private static func entries(
        of table: Table,
        in tables: FileTables,
        _ body: (_ key: [UInt8], _ byteCount: Int) -> Void
    ) throws(StorageError) {
        guard let tree = tables[table.name] else { return }
        try tables.pages.walk(tree) { event throws(StorageError) in
            if case .entry(let key, let value) = try sound(event) { body(key, key.count + value.byteCount) }
            return true
        }
    }

    private static func sound(_ event: TreeEvent) throws(StorageError) -> TreeEvent {
        guard case .damage(let damage) = event else { return event }
        throw StorageError(.corruption, "\(damage.message) `roost store verify` says what is lost.")
    }
}
