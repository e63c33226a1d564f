extension StoreVerifier {
    /// What is known of the object whose rows are being read.
    private struct Current {
        let number: ObjectNumber
        var hasUnreadablePages = false
        var hasPages = false
        var pageCount: UInt32?
        var highestPage: UInt32 = 0
    }

    func verifyData(of record: ClassRecord) throws(StorageError) {
        let table = Table.data(record.number)
        var current: Current?
        func enter(_ number: ObjectNumber, _ place: RowPlace) throws(StorageError) {
            guard current?.number != number else { return }
            if let finished = current { try finish(finished, of: record) }
            current = Current(number: number)
            let isOwned = objects[record.number]?.contains(number) ?? false
            if !isOwned, unowned.insert(number) {
                add(.value, "There are data of object number \(number), which does not exist; restore it.", at: place)
            }
        }
        var lost: ObjectNumber?
        try rows(
            of: table,
            unreadable: { place in
                // Which space it was in is not told, so a database of the object is not judged by its pages.
                lost = place.number.map(ObjectNumber.init)
            }
        ) { row throws(StorageError) in
            guard let value = row.place.number, row.prefix.count == 9 else { return }
            let number = ObjectNumber(value: value)
            try enter(number, row.place)
            if lost == number { current?.hasUnreadablePages = true }
            guard let space = Space(rawValue: row.prefix[8]) else {
                return add(.value, "A value is in space \(row.prefix[8]), which there is none of.", at: row.place)
            }
            switch space {
            case .entries: break
            case .pages: notePage(row, &current, record)
            case .alarm: try verifyListing(of: row, number, record)
            case .metadata: noteSequence(row, number, record)
            }
        }
        if lost != nil, lost == current?.number { current?.hasUnreadablePages = true }
        if let current { try finish(current, of: record) }
    }

    private func noteSequence(_ row: VerifiedRow, _ number: ObjectNumber, _ record: ClassRecord) {
        guard row.key == MetaKey.sequence else { return }
        let isNumber = row.payload.count == 8
        guard isNumber, unsafe row.payload.span.bytes.bigEndian(UInt64.self, at: 0) > 0 else {
            return add(.sequence, "The number of the last batch is damaged; restore the object.", at: row.place)
        }
        _ = sequenced[record.number, default: NumberSet()].insert(number)
    }

    private func notePage(_ row: VerifiedRow, _ current: inout Current?, _ record: ClassRecord) {
        if current?.hasPages == false, record.storage != .sql {
            add(.database, "There is a database, and the class has no SQL storage; restore the object.", at: row.place)
        }
        current?.hasPages = true
        if row.key == SQLPageLayout.pageCountKey {
            do throws(StorageError) {
                current?.pageCount = unsafe try SQLPageLayout.pageCount(row.payload.span.bytes)
            } catch {
                add(.database, error.message, at: row.place)
            }
        } else if let page = unsafe SQLPageLayout.page(ofKey: row.key.span.bytes) {
            let highest = current?.highestPage ?? 0
            current?.highestPage = max(highest, page)
            if row.payload.count > SQLPage.storedBytes {
                add(.database, "Page \(page) of the database is too long; restore the object.", at: row.place)
            }
        } else {
            add(.database, "The database has a page without a number; restore the object.", at: row.place)
        }
    }

    /// Checks what can be said of an object once all its rows were read.
    private func finish(_ object: Current, of record: ClassRecord) throws(StorageError) {
        guard object.hasPages, record.storage == .sql else { return }
        var place = RowPlace(.data(record.number), [])
        place.number = object.number.value
        guard let count = object.pageCount, count > 0, object.highestPage <= count else {
            guard !object.hasUnreadablePages else { return }
            return add(.database, "The database has another size than it says; restore the object.", at: place)
        }
        report.databases += 1
        let problem = DatabaseCheck.problem(in: tables, record.number, object.number)
        // Where values of the object cannot be read, that was said already, and more precisely.
        guard let problem, !object.hasUnreadablePages else { return }
        add(.database, "SQLite says of the database: \(problem). Restore the object from a backup.", at: place)
    }

    func verifySequences() {
        for (classNumber, numbers) in objects.sorted(by: { $0.key < $1.key }) {
            numbers.forEach(missingIn: sequenced[classNumber] ?? NumberSet()) { number in
                var place = RowPlace(.data(classNumber), [])
                place.number = number.value
                add(.sequence, "The number of the last batch is missing; restore the object from a backup.", at: place)
                return true
            }
        }
    }
}
