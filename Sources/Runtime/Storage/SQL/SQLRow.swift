public import RoostStorage

/// One row of a result.
public struct SQLRow: Sendable, Hashable {
    /// The names of the columns.
    public let columnNames: [String]

    /// The values, one for each column.
    public let values: [SQLValue]

    /// The value of a column as it is; nil when there is no such column.
    ///
    /// Of several columns with the same name it is the last.
    public subscript(column: String) -> SQLValue? {
        columnNames.lastIndex(of: column).flatMap { $0 < values.count ? values[$0] : nil }
    }

    /// The value of a column, by name.
    ///
    /// - Throws: ``RoostError/Code/invalidArgument`` when there is no such column, ``RoostError/Code/typeMismatch``
    ///   when it holds something else.
    public func get<Value: SQLReadable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(RoostError) -> Value {
        try read(value(of: column), column, type)
    }

    /// The value of a column, by its place, counted from zero.
    ///
    /// - Throws: ``RoostError/Code/invalidArgument`` when there is no such column, ``RoostError/Code/typeMismatch``
    ///   when it holds something else.
    public func get<Value: SQLReadable>(
        _ index: Int,
        as type: Value.Type = Value.self
    ) throws(RoostError) -> Value {
        guard values.indices.contains(index) else {
            throw RoostError(.invalidArgument, "There is no column \(index); the row has \(values.count).")
        }
        return try read(values[index], columnNames[index], type)
    }

    /// The Swift value that a column holds as JSON.
    ///
    /// - Throws: ``RoostError/Code/invalidArgument`` when there is no such column, ``RoostError/Code/typeMismatch``
    ///   when it holds something else.
    public func decode<Value: Decodable & Sendable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(RoostError) -> Value {
        let bytes: [UInt8]
        switch try value(of: column) {
        case .text(let text): bytes = Array(text.utf8)
        case .blob(let blob): bytes = blob
        case .null: bytes = Array("null".utf8)
        case .integer(let number): bytes = Array(String(number).utf8)
        case .real(let number): bytes = Array(String(number).utf8)
        }
        return try ValueCoding.decode(ObjectBuffer.Value(tag: .json, payload: bytes), as: type)
    }

    private func value(of column: String) throws(RoostError) -> SQLValue {
        guard let value = self[column] else {
            let known = columnNames.joined(separator: ", ")
            throw RoostError(.invalidArgument, "There is no column \(column); there are: \(known).")
        }
        return value
    }

    private func read<Value: SQLReadable>(
        _ value: SQLValue,
        _ column: String,
        _ type: Value.Type
    ) throws(RoostError) -> Value {
        guard let result = Value(sqlValue: value) else {
            throw RoostError(
                .typeMismatch,
                "The column \(column) is not a \(type): it holds \(value.kind). Read it as what it is."
            )
        }
        return result
    }
}

extension SQLValue {
    /// What kind of value it is, for errors, which show no data.
    fileprivate var kind: String {
        switch self {
        case .null: "NULL"
        case .integer: "a whole number"
        case .real: "a floating-point number"
        case .text: "text"
        case .blob: "bytes"
        }
    }
}
