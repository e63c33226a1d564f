extension StoreVerifier {
    /// Checks that an alarm of an object is in the list of alarms.
    func verifyListing(of row: VerifiedRow, _ number: ObjectNumber, _ record: ClassRecord) throws(StorageError) {
        guard let due = unsafe AlarmIndex.dueTime(row.tag, row.payload.span.bytes) else { return }
        let key = AlarmIndex.key(due: due, classNumber: record.number, object: number, alarmKey: row.key)
        let isListed = try readable { () throws(StorageError) in
            try Records.withValue(.alarms, key: key, in: tables) { _, _ in true } ?? false
        }
        if isListed == false {
            add(.alarm, "An alarm of the object is not in the list of alarms and will not ring.", at: row.place)
        }
    }

    /// Checks that every entry of the list of alarms leads to an alarm.
    func verifyAlarms() throws(StorageError) {
        try rows(of: .alarms) { row throws(StorageError) in
            if isLeftOver(row) { return }
            guard let classNumber = row.place.classNumber, let value = row.place.number, classes[classNumber] != nil
            else {
                return add(
                    .alarm,
                    "An entry of the list of alarms belongs to no class; restore the store.",
                    at: row.place
                )
            }
            let number = ObjectNumber(value: value)
            guard let id = ObjectID(bytes: row.payload) else {
                return add(.alarm, "An entry of the list of alarms leads to no id.", at: row.place)
            }
            let found = try readable { () throws(StorageError) in
                try ObjectDirectory(reader: tables).row(id, of: classNumber)
            }
            if let found, found?.number != number {
                var place = row.place
                place.id = id
                return add(.alarm, "An entry of the list of alarms leads to another object than it says.", at: place)
            }
            let listed = unsafe try AlarmIndex.decode(row.key.span.bytes)
            let stored = try readable { () throws(StorageError) in
                try Records.withValue(.data(classNumber, number, .alarm), key: listed.alarmKey, in: tables) {
                    AlarmIndex.dueTime($0, $1)
                } ?? nil
            }
            if let stored, stored != listed.due {
                add(.alarm, "An entry of the list of alarms has no alarm at its time.", at: row.place)
            }
        }
    }
}
