import FoundationEssentials
import HTTPTypes
import NIOCore
import RoostGatewayTesting
import RoostRuntime
import Testing

@testable import RoostGateway

/// A place in a JSON document; asking for what is not there gives a place that holds nothing.
struct JSONPlace: Equatable {
    var value: JSONValue?

    init(_ value: JSONValue?) { self.value = value }

    init(text: String) throws {
        value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    subscript(name: String) -> JSONPlace {
        if case .object(let fields) = value { JSONPlace(fields[name]) } else { JSONPlace(nil) }
    }

    subscript(index: Int) -> JSONPlace {
        if case .array(let values) = value, values.indices.contains(index) {
            JSONPlace(values[index])
        } else {
            JSONPlace(nil)
        }
    }

    var string: String? { if case .string(let text) = value { text } else { nil } }
    var int: Int? { if case .integer(let number) = value { number } else { nil } }
    var bool: Bool? { if case .bool(let flag) = value { flag } else { nil } }
    var list: [JSONPlace] { if case .array(let values) = value { values.map(JSONPlace.init) } else { [] } }
    var names: Set<String> { if case .object(let fields) = value { Set(fields.keys) } else { [] } }
}

extension GatewayAnswer {
    /// The body as JSON.
    func json() throws -> JSONPlace { try JSONPlace(text: text) }

    /// The data of a success.
    func data(_ status: HTTPResponse.Status = .ok, location: SourceLocation = #_sourceLocation) throws -> JSONPlace {
        let json = try json()
        #expect(self.status == status, "\(text)", sourceLocation: location)
        #expect(json["ok"].bool == true, sourceLocation: location)
        #expect(json["traceId"].string == headers[.xTraceID], sourceLocation: location)
        return json["data"]
    }
}

/// Checks a failure: code, status, envelope, trace id.
@discardableResult
func expectFailure(
    _ answer: GatewayAnswer,
    _ code: EdgeErrorCode,
    field: String? = nil,
    location: SourceLocation = #_sourceLocation
) throws -> JSONPlace {
    let json = try answer.json()
    #expect(answer.status == code.status, "\(answer.text)", sourceLocation: location)
    #expect(json["ok"].bool == false, sourceLocation: location)
    #expect(json["error"]["code"].string == code.text, "\(answer.text)", sourceLocation: location)
    #expect(json["error"]["message"].string?.isEmpty == false, sourceLocation: location)
    #expect(json["traceId"].string == answer.headers[.xTraceID], sourceLocation: location)
    #expect(answer.headers[.xTraceID]?.isEmpty == false, sourceLocation: location)
    if let field { #expect(json["error"]["details"]["field"].string == field, sourceLocation: location) }
    return json["error"]
}
