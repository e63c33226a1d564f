import RoostRuntime

extension JSONValue {
    /// About how many bytes the value takes as text: the measure of its limits.
    var weight: Int {
        switch self {
        case .null, .bool: 5
        case .integer, .number: 8
        case .string(let text): text.utf8.count + 2
        case .array(let values): values.reduce(2) { $0 + $1.weight + 1 }
        case .object(let values): values.reduce(2) { $0 + $1.key.utf8.count + $1.value.weight + 4 }
        }
    }
}
