extension StoreVerifier {
    /// Checks the format, without which nothing else can be judged, and reads the counters.
    func verifyMeta() throws(StorageError) {
        guard tables[Table.meta.name] != nil else {
            guard tables.names.isEmpty else {
                throw StorageError(
                    .foreignDirectory,
                    "\(snapshot.file.path) belongs to another program; name the directory of a store."
                )
            }
            throw StorageError(.notFound, "\(snapshot.file.path) is empty; name the directory of a store.")
        }
        report.format = try StoreFormat.read(from: tables)
        try rows(of: .meta) { row throws(StorageError) in
            if let number = MetaKey.deletedClass(ofKey: row.key) { deletedClasses.insert(number) }
            guard row.key == MetaKey.nextObject || row.key == MetaKey.nextClass else { return }
            guard row.payload.count == 8 else {
                return add(.table, "A counter of the store is damaged; restore it from a backup.")
            }
            let number: UInt64 = unsafe row.payload.span.bytes.bigEndian(at: 0)
            if row.key == MetaKey.nextObject { counters.nextObject = number } else { counters.nextClass = number }
        }
    }

    /// Checks that the tables are those that a store has.
    func verifyTables() throws(StorageError) {
        for table in Table.fixed where tables[table.name] == nil {
            add(.table, "The table \(table.name) is missing; restore the store from a backup.")
        }
        for name in tables.names where Table(name: name) == nil {
            add(.table, "The table “\(name)” belongs to nobody; use the program that wrote it.")
        }
    }

    func verifyClasses() throws(StorageError) {
        try rows(of: .classes) { row throws(StorageError) in
            let record: ClassRecord
            do throws(StorageError) {
                record = unsafe try ClassRow.decode(key: row.key.span.bytes, payload: row.payload.span.bytes)
            } catch {
                return add(.class, error.message)
            }
            let isGiven = record.number >= 1 && UInt64(record.number) < counters.nextClass
            if !isGiven || record.number > StorageLimits.classes {
                add(
                    .class,
                    "The class \(record.key) has the number \(record.number), which was never given; restore it."
                )
            }
            if let other = classes[record.number] {
                add(.class, "The classes \(other.key) and \(record.key) have the same number; restore the store.")
            }
            if tables[Table.data(record.number).name] == nil {
                add(.class, "The class \(record.key) has no table; restore the store from a backup.")
            }
            classes[record.number] = record
        }
        for name in tables.names {
            guard case .data(let number)? = Table(name: name), classes[number] == nil else { continue }
            // Of a class that was deleted, an empty table stays.
            let isLeft = UInt64(number) < counters.nextClass && tables[name]?.entries == 0
            if isLeft || deletedClasses.contains(number) { continue }
            add(.table, "The table \(name) belongs to no class; restore the store from a backup.")
        }
    }

    func verifyObjects() throws(StorageError) {
        try rows(of: .objects) { row throws(StorageError) in
            if isLeftOver(row) { return }
            guard let classNumber = row.place.classNumber, classes[classNumber] != nil else {
                return add(.object, "An object belongs to no class; restore the store from a backup.", at: row.place)
            }
            guard row.place.id != nil else {
                return add(.object, "An object has an id that is none; restore the store from a backup.", at: row.place)
            }
            let object: ObjectRow
            do throws(StorageError) {
                object = unsafe try ObjectRow(decoding: row.payload.span.bytes)
            } catch {
                return add(.object, error.message, at: row.place)
            }
            if object.number.value == 0 || object.number.value >= counters.nextObject {
                add(.object, "The object has the number \(object.number), which was never given.", at: row.place)
            }
            let isTaken = objects.values.contains { $0.contains(object.number) }
            if isTaken {
                add(.object, "The object has the number \(object.number), which another one has.", at: row.place)
            }
            _ = objects[classNumber, default: NumberSet()].insert(object.number)
            if let name = object.name { try verifyName(name, of: row, classNumber) }
        }
    }

    /// Whether a row belongs to a class that was deleted and will be removed.
    func isLeftOver(_ row: VerifiedRow) -> Bool {
        row.place.classNumber.map(deletedClasses.contains) ?? false
    }

    private func verifyName(_ name: String, of row: VerifiedRow, _ classNumber: UInt32) throws(StorageError) {
        let owner = try readable {
            () throws(StorageError) in
            try Records.withValue(.names(classNumber), key: Array(name.utf8), in: tables) { [UInt8](copying: $1) }
        }
        // Where the index cannot be read there, its own turn says so.
        guard let owner, owner ?? [] != row.key else { return }
        add(.name, "The name of the object does not lead to it; restore the store from a backup.", at: row.place)
    }

    func verifyNames() throws(StorageError) {
        try rows(of: .names) { row throws(StorageError) in
            if isLeftOver(row) { return }
            var place = row.place
            place.id = ObjectID(bytes: row.payload)
            guard let classNumber = place.classNumber, let id = place.id else {
                return add(.name, "A name leads to no id; restore the store from a backup.", at: place)
            }
            let found = try readable { () throws(StorageError) in
                try ObjectDirectory(reader: tables).row(id, of: classNumber)
            }
            guard let found else { return }
            guard let object = found else {
                return add(.name, "A name leads to an object that does not exist.", at: place)
            }
            if object.name.map({ Array($0.utf8) }) != row.key {
                add(.name, "A name leads to an object that has another one.", at: place)
            }
        }
    }

    /// What `body` gives, or `nil` where what it reads is damaged; the damage is reported elsewhere.
    func readable<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R? {
        do throws(StorageError) {
            return try body()
        } catch {
            guard error.code == .corruption || error.code == .io else { throw error }
            return nil
        }
    }
}
