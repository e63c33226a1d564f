import JWTKit
import RoostRuntime

/// What a token says, before anybody has checked whether it may.
struct TokenClaims: JWTPayload {
    private let fields: [String: JSONValue]

    init(_ fields: [String: JSONValue]) {
        self.fields = fields
    }

    init(from decoder: any Decoder) throws {
        fields = try decoder.singleValueContainer().decode([String: JSONValue].self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(fields)
    }

    /// Checks nothing: the claims need the time and the tenant, which this protocol does not pass on.
    func verify(using algorithm: some JWTAlgorithm) async throws {}

    func text(_ name: String) -> String? {
        guard case .string(let text)? = fields[name], !text.isEmpty else { return nil }
        return text
    }

    /// A claim that is one text or a list of them.
    func texts(_ name: String) -> [String] {
        switch fields[name] {
        case .string(let text)?:
            [text]
        case .array(let elements)?:
            elements.compactMap { element in
                if case .string(let text) = element { text } else { nil }
            }
        case .null?, .bool?, .integer?, .number?, .object?, nil:
            []
        }
    }

    /// A moment, in seconds since 1970.
    func seconds(_ name: String) -> Double? {
        switch fields[name] {
        case .integer(let whole)?: Double(whole)
        case .number(let fraction)?: fraction
        case .null?, .bool?, .string?, .array?, .object?, nil: nil
        }
    }

    /// Whether a claim is present, of whatever kind.
    func has(_ name: String) -> Bool { fields[name] != nil }
}
