import FoundationEssentials
package import NIOCore
import RoostRuntime

/// Reads a request's JSON and says exactly where it is wrong.
package enum JSONBody {
    /// Decodes a body.
    ///
    /// - Throws: ``EdgeErrorCode/invalidJSON`` if the bytes are not JSON, ``EdgeErrorCode/invalidRequest`` with the
    ///   path of the first field that is missing or of another type.
    package static func decode<Body: Decodable>(_ type: Body.Type, from buffer: ByteBuffer) throws(EdgeError) -> Body {
        // Checked as a whole: the decoder looks into a text only when a field asks for it.
        guard String(validating: buffer.readableBytesView, as: UTF8.self) != nil else {
            throw EdgeError(.invalidJSON, "The body is not JSON in UTF-8.")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw EdgeError(error, isJSON: isJSON(buffer))
        } catch {
            throw EdgeError(.invalidJSON, "The body is not JSON.", cause: error)
        }
    }

    /// Asked only after a failure, and only a number that does not fit its type makes it a matter of doubt.
    private static func isJSON(_ buffer: ByteBuffer) -> Bool {
        (try? JSONDecoder().decode(JSONValue.self, from: Data(buffer.readableBytesView))) != nil
    }
}

/// A whole number that may be written with a fraction of zero; anything else is of the wrong type, and at its own path.
package struct WholeNumber: Decodable, Hashable, Sendable {
    /// The number.
    package let value: Int

    init(_ value: Int) { self.value = value }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Int(exactly: try container.decode(Double.self)) else {
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not a whole number")
            throw DecodingError.typeMismatch(Int.self, context)
        }
        self.value = value
    }
}

extension EdgeError {
    fileprivate init(_ error: DecodingError, isJSON: @autoclosure () -> Bool) {
        switch error {
        case .dataCorrupted(let context):
            // Without a path it is mostly the text itself that could not be read.
            guard !context.codingPath.isEmpty || isJSON() else {
                self.init(.invalidJSON, "The body is not JSON.", cause: error)
                return
            }
            self = .invalid(Self.path(context.codingPath), "has a value that is not allowed")
        case .keyNotFound(let key, let context):
            self = .invalid(Self.path(context.codingPath + [key]), "is required")
        case .valueNotFound(let type, let context):
            self = .invalid(Self.path(context.codingPath), "must be \(Self.name(of: type)), not null")
        case .typeMismatch(let type, let context):
            self = .invalid(Self.path(context.codingPath), "must be \(Self.name(of: type))")
        @unknown default:
            self.init(.invalidRequest, "The body is not what this route expects.", cause: error)
        }
    }

    /// `messages[2].content`; the body itself is called `body`.
    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "body" }
        return keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Int.Type, is Int64.Type: "an integer"
        case is Double.Type: "a number"
        case is [Any].Type: "a list"
        default: "an object"
        }
    }
}
