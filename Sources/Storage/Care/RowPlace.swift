/// To whom a row belongs, as far as its key tells.
struct RowPlace {
    var classNumber: UInt32?
    var number: UInt64?
    var id: ObjectID?

    init(_ table: Table, _ key: [UInt8]) {
        let bytes = unsafe key.span.bytes
        switch table {
        case .meta, .classes: break
        case .objects, .names:
            guard bytes.byteCount >= 4 else { return }
            classNumber = bytes.bigEndian(at: 0)
            if case .objects = table { id = ObjectID(bytes: Array(key.dropFirst(4))) }
        case .alarms:
            guard bytes.byteCount >= 20 else { return }
            classNumber = bytes.bigEndian(at: 8)
            number = bytes.bigEndian(at: 12)
        case .data(let owner):
            classNumber = owner
            if bytes.byteCount >= 8 { number = bytes.bigEndian(at: 0) }
        }
    }

    /// The bytes of a key before the row's own key.
    static func prefixBytes(_ table: Table) -> Int {
        switch table {
        case .meta, .classes, .alarms: 0
        case .objects, .names: 4
        case .data: 9
        }
    }

    /// What a damaged row of the table is.
    static func part(_ table: Table) -> StoreDamage.Part {
        switch table {
        case .meta: .table
        case .classes: .class
        case .objects: .object
        case .names: .name
        case .alarms: .alarm
        case .data: .value
        }
    }
}

extension Table {
    /// The table of a name; `nil` when no table has it.
    init?(name: String) {
        if let fixed = Table.fixed.first(where: { $0.name == name }) {
            self = fixed
        } else if let number = UInt32(name.dropFirst("data.".count)), Table.data(number).name == name {
            self = .data(number)
        } else {
            return nil
        }
    }
}
