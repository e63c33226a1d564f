extension Store {
    /// The classes that are registered, ordered by number.
    public func classes() throws(StorageError) -> [ClassRecord] {
        guard status != .closed else { throw .isClosed }
        return catalog.snapshot().values.sorted { $0.number < $1.number }
    }

    /// The number of an object, or `nil` when nothing was ever committed for it.
    public func number(of object: ObjectReference) throws(StorageError) -> ObjectNumber? {
        try look(up: object) { directory, record throws(StorageError) in
            try directory.row(object.id, of: record.number)?.number
        } ?? nil
    }

    /// What is known about an object, or `nil` when nothing was ever committed for it.
    public func info(of object: ObjectReference) throws(StorageError) -> ObjectInfo? {
        try look(up: object) { directory, record throws(StorageError) in
            guard let row = try directory.row(object.id, of: record.number) else { return nil }
            return try directory.info(row, of: record.number)
        } ?? nil
    }

    /// The objects of a class in the order of their ids, at most 10,000 at once.
    ///
    /// - Parameters:
    ///   - classKey: The class; an unknown one has no objects.
    ///   - after: The id after which to begin; `nil` for the first.
    ///   - limit: How many at most.
    public func objects(
        of classKey: ClassKey,
        after: ObjectID?,
        limit: Int
    ) throws(StorageError) -> [ObjectEntry] {
        try look(up: classKey) { directory, record throws(StorageError) in
            let limit = min(limit, StorageLimits.listingEntries)
            return try directory.objects(of: record.number, after: after, limit: limit)
        } ?? []
    }

    /// The names of a class's objects that begin with `prefix`, in byte order, at most 10,000 at once.
    ///
    /// - Parameters:
    ///   - classKey: The class; an unknown one has no names.
    ///   - prefix: What the names begin with.
    ///   - after: The name after which to begin; `nil` for the first.
    ///   - limit: How many at most.
    public func names(
        of classKey: ClassKey,
        prefix: String,
        after: String?,
        limit: Int
    ) throws(StorageError) -> [String] {
        try look(up: classKey) { directory, record throws(StorageError) in
            let limit = min(limit, StorageLimits.listingEntries)
            return try directory.names(of: record.number, prefix: Array(prefix.utf8), after: after, limit: limit)
        } ?? []
    }

    /// The alarms that are due at `through` or before, earliest first, at most 10,000 at once.
    ///
    /// See ``Space/alarm`` for which entries are alarms.
    ///
    /// - Parameters:
    ///   - through: The latest due time, in milliseconds since 1970.
    ///   - after: The alarm after which to go on; `nil` for the first.
    ///   - limit: How many at most.
    public func alarms(
        through: Int64,
        after: ScheduledAlarm? = nil,
        limit: Int
    ) throws(StorageError) -> [ScheduledAlarm] {
        try alarms(through: through, from: after.map { $0.position + [0] }, limit: limit, passingOver: nil)
    }

    /// The alarms of keys without bytes that come after a place in the list, whether or not an alarm stands there.
    ///
    /// - Parameters:
    ///   - place: Due time, class and object; `nil` for the beginning.
    ///   - limit: How many at most.
    ///   - passOver: Told of damaged lines, which are passed over: one damaged alarm does not keep the others back.
    package func alarms(
        after place: (due: Int64, classNumber: UInt32, number: ObjectNumber)?,
        limit: Int,
        passingOver passOver: @escaping (StorageError) -> Void
    ) throws(StorageError) -> [ScheduledAlarm] {
        let start = place.map {
            AlarmIndex.key(due: $0.due, classNumber: $0.classNumber, object: $0.number, alarmKey: []) + [0]
        }
        return try alarms(through: .max, from: start, limit: limit, passingOver: passOver)
    }

    private func alarms(
        through: Int64,
        from start: [UInt8]?,
        limit: Int,
        passingOver passOver: ((StorageError) -> Void)?
    ) throws(StorageError) -> [ScheduledAlarm] {
        let keys = Dictionary(catalog.snapshot().values.map { ($0.number, $0.key) }) { first, _ in first }
        let end = through == .max ? nil : AlarmIndex.start(of: through + 1)
        let limit = min(limit, StorageLimits.listingEntries)
        var alarms: [ScheduledAlarm] = []
        guard limit > 0 else { return alarms }
        try read { transaction throws(StorageError) in
            try Records.scan(
                .alarms,
                from: start,
                to: end,
                reverse: false,
                in: transaction.backing,
                passingOver: passOver
            ) { key, _, payload throws(StorageError) in
                let row = try AlarmIndex.decode(key)
                // A class registered after the snapshot cannot have older alarms; the next listing shows them.
                guard let classKey = keys[row.classNumber] else { return true }
                let id = try ObjectDirectory<ReadTransaction.Backing>.id(payload)
                alarms.append(
                    ScheduledAlarm(
                        dueMilliseconds: row.due,
                        object: ObjectReference(classKey: classKey, id: id),
                        classNumber: row.classNumber,
                        number: row.number,
                        key: row.alarmKey
                    )
                )
                return alarms.count < limit
            }
        }
        return alarms
    }

    /// Looks one object up; a damage on the way names it.
    private func look<R>(
        up object: ObjectReference,
        _ body: (ObjectDirectory<ReadTransaction.Backing>, ClassRecord) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        do throws(StorageError) {
            return try look(up: object.classKey, body)
        } catch {
            throw error.naming(object)
        }
    }

    private func look<R>(
        up classKey: ClassKey,
        _ body: (ObjectDirectory<ReadTransaction.Backing>, ClassRecord) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        try read { transaction throws(StorageError) in
            guard let record = catalog[classKey] else { return nil }
            return try body(ObjectDirectory(reader: transaction.backing), record)
        }
    }
}
