import RoostRuntime

/// A value of a configuration, with the byte at which it begins.
struct LocatedValue: Sendable {
    /// One member of an object.
    struct Member: Sendable {
        let key: String
        let keyOffset: Int
        let value: LocatedValue
    }

    indirect enum Kind: Sendable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case string(String)
        /// A date or time of TOML, as it is written.
        case date(String)
        case array([LocatedValue])
        /// The members in the order of the file.
        case object([Member])
    }

    let kind: Kind
    let offset: Int

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// The member of a name; of several with one name, the last.
    subscript(key: String) -> LocatedValue? {
        guard case .object(let members) = kind else { return nil }
        return members.last { $0.key == key }?.value
    }

    var members: [Member]? {
        if case .object(let members) = kind { members } else { nil }
    }

    var elements: [LocatedValue]? {
        if case .array(let elements) = kind { elements } else { nil }
    }

    var string: String? {
        if case .string(let text) = kind { text } else { nil }
    }

    var bool: Bool? {
        if case .bool(let flag) = kind { flag } else { nil }
    }

    /// The value as a number, whole or not.
    var number: Double? {
        switch kind {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .date, .array, .object: nil
        }
    }

    var isNull: Bool {
        if case .null = kind { true } else { false }
    }

    /// What JavaScript's `typeof` says: the origin's checks are made in its terms.
    var typeName: String {
        switch kind {
        case .bool: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .null, .date, .array, .object: "object"
        }
    }

    /// The value as a variable is given to code.
    var deploymentValue: JSONValue {
        switch kind {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        // JavaScript has one kind of number: 2.0 is 2, and what is no number is null when it is written down.
        case .number(let value) where !value.isFinite: .null
        case .number(let value) where value == value.rounded() && abs(value) < 1e15: .integer(Int(value))
        case .number(let value): .number(value)
        case .string(let value), .date(let value): .string(value)
        case .array(let values): .array(values.map(\.deploymentValue))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.deploymentValue) }) { _, last in last })
        }
    }
}
