import FoundationEssentials
import RoostStorage

/// Turns Swift values into stored ones and back: JSON, readable by anybody.
///
/// Numbers, truth values and texts are what objects store most; they are written without the detour through an encoder.
enum ValueCoding {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private static let decoder = JSONDecoder()

    static func encode<Value: Encodable>(_ value: Value) throws(RoostError) -> ObjectBuffer.Value {
        if Value.self == Int.self, let number = value as? Int {
            return ObjectBuffer.Value(tag: .json, payload: Array(String(number).utf8))
        }
        if Value.self == [UInt8].self, let bytes = value as? [UInt8] {
            return ObjectBuffer.Value(tag: .bytes, payload: bytes)
        }
        do {
            return ObjectBuffer.Value(tag: .json, payload: Array(try encoder.encode(value)))
        } catch {
            throw RoostError(
                .typeMismatch,
                "A value of type \(Value.self) cannot be stored: it cannot be written as JSON."
            )
        }
    }

    /// A value as JSON, for other purposes than storing it.
    static func json(_ value: some Encodable) throws(RoostError) -> [UInt8] {
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw RoostError(
                .typeMismatch,
                "A value of type \(type(of: value)) cannot be written as JSON."
            )
        }
    }

    static func decode<Value: Decodable>(_ stored: ObjectBuffer.Value, as type: Value.Type) throws(RoostError) -> Value
    {
        switch stored.tag {
        case .bytes:
            if let bytes = stored.payload as? Value { return bytes }
            throw mismatch(type, found: "raw bytes")
        case .json:
            if type == Int.self, let number = integer(stored.payload) as? Value { return number }
            do {
                return try decoder.decode(type, from: Data(stored.payload))
            } catch {
                throw mismatch(type, found: "something else")
            }
        }
    }

    private static func integer(_ payload: [UInt8]) -> Int? {
        guard let first = payload.first, payload.count <= 19 else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var magnitude = 0
        for byte in payload.dropFirst(isNegative ? 1 : 0) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (product, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !tooLarge, !stillTooLarge else { return nil }
            magnitude = sum
        }
        return isNegative ? -magnitude : magnitude
    }

    private static func mismatch(_ type: Any.Type, found: String) -> RoostError {
        RoostError(
            .typeMismatch,
            "The stored value is not a \(type): it holds \(found). "
                + "Read it as the type it was stored as, or put a new value."
        )
    }
}
