extension BatchWriter {
    /// Applies one change, and keeps the list of alarms in step with it.
    mutating func apply<T: TableWriter>(
        _ change: Change,
        to object: ObjectNumber,
        _ key: ObjectKey,
        in tables: inout T
    ) throws(StorageError) {
        let rows = Keyspace.data(key.classNumber, object, change.space)
        if change.space == .alarm {
            try unlistAlarms(of: change, object, key, in: &tables)
        }
        switch change {
        case .put(let space, let userKey, let tag, let payload):
            try records.put(rows, key: userKey, tag: tag, payload: payload, in: &tables)
            if space == .alarm, let due = unsafe AlarmIndex.dueTime(tag, payload.span.bytes) {
                let listed = AlarmIndex.key(due: due, classNumber: key.classNumber, object: object, alarmKey: userKey)
                try records.put(.alarms, key: listed, payload: key.id.bytes, in: &tables)
            }
        case .delete(_, let userKey):
            try records.delete(rows, key: userKey, in: &tables)
        case .deleteAll:
            try records.deleteAll(rows, in: &tables)
        }
    }

    /// Takes the alarms that a change replaces or removes out of the list of alarms.
    private mutating func unlistAlarms<T: TableWriter>(
        of change: Change,
        _ object: ObjectNumber,
        _ key: ObjectKey,
        in tables: inout T
    ) throws(StorageError) {
        let rows = Keyspace.data(key.classNumber, object, .alarm)
        var listed: [[UInt8]] = []
        func collect(_ alarmKey: [UInt8], _ tag: ValueTag, _ payload: RawSpan) {
            guard let due = AlarmIndex.dueTime(tag, payload) else { return }
            listed.append(
                AlarmIndex.key(due: due, classNumber: key.classNumber, object: object, alarmKey: alarmKey)
            )
        }
        switch change {
        case .put(_, let alarmKey, _, _), .delete(_, let alarmKey):
            _ = try Records.withValue(rows, key: alarmKey, in: tables) { collect(alarmKey, $0, $1) }
        case .deleteAll:
            try Records.scan(rows, from: nil, to: nil, reverse: false, in: tables) { alarmKey, tag, payload in
                collect([UInt8](copying: alarmKey), tag, payload)
                return true
            }
        }
        for alarm in listed {
            try records.delete(.alarms, key: alarm, in: &tables)
        }
    }
}
