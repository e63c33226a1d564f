/// Which damages concern an object.
private struct DamageIndex {
    /// By class and number, by class and id, and those that concern a stretch of numbers.
    var numbers: [UInt32: [UInt64: [Int]]] = [:]
    var ids: [UInt32: [ObjectID: [Int]]] = [:]
    var ranges: [Int] = []

    var isEmpty: Bool { numbers.isEmpty && ids.isEmpty && ranges.isEmpty }

    init(_ entries: [DamageList.Entry]) {
        for (index, entry) in entries.enumerated() {
            guard let classNumber = entry.classNumber else { continue }
            if let range = entry.numbers, range.lowerBound == range.upperBound {
                numbers[classNumber, default: [:]][range.lowerBound, default: []].append(index)
            } else if entry.numbers != nil {
                ranges.append(index)
            } else if let id = entry.id {
                ids[classNumber, default: [:]][id, default: []].append(index)
            }
        }
    }
}

extension StoreVerifier {
    /// Gives the damages the ids and names of their objects, in one walk through the directory of objects.
    func nameObjects() throws(StorageError) {
        let index = DamageIndex(damages.entries)
        guard !index.isEmpty else { return }
        // An id is worth saying even when nothing is known of its object.
        for place in damages.entries.indices where damages.entries[place].numbers == nil {
            guard let id = damages.entries[place].id else { continue }
            damages.entries[place].objects = [StoreDamage.Object(id: id.description, name: nil)]
            damages.entries[place].objectCount = 1
        }
        guard let tree = tables[Table.objects.name] else { return }
        try pages.walk(tree) { event throws(StorageError) in
            guard case .entry(let key, let value) = event else { return true }
            let place = RowPlace(.objects, key)
            guard let id = place.id, let classNumber = place.classNumber else { return true }
            let row = try readable { () throws(StorageError) in
                let bytes = try pages.load(value)
                let ownKey = Array(key.dropFirst(4))
                return try ValueRecord.decode(unsafe bytes.span.bytes, key: unsafe ownKey.span.bytes) {
                    _,
                    payload throws(StorageError) in
                    try ObjectRow(decoding: payload)
                }
            }
            note(StoreDamage.Object(id: id.description, name: row?.name), id, row?.number, of: classNumber, index)
            return true
        }
    }

    private func note(
        _ object: StoreDamage.Object,
        _ id: ObjectID,
        _ number: ObjectNumber?,
        of classNumber: UInt32,
        _ index: DamageIndex
    ) {
        for place in index.ids[classNumber]?[id] ?? [] {
            damages.entries[place].objects = [object]
        }
        guard let number = number?.value else { return }
        let ranges = index.ranges.filter { place in
            let entry = damages.entries[place]
            return entry.classNumber == classNumber && entry.numbers?.contains(number) == true
        }
        for place in ranges + (index.numbers[classNumber]?[number] ?? []) {
            damages.entries[place].objectCount += 1
            if damages.entries[place].objects.count < Self.namedObjects {
                damages.entries[place].objects.append(object)
            }
        }
    }
}
