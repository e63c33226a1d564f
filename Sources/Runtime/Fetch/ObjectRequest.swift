public import HTTPTypes

/// An HTTP request, as an object gets it in ``DurableObject/fetch(_:)``.
///
/// What stands in the path is the caller's and the object's affair: the runtime reads nothing in it.
public struct ObjectRequest: Sendable {
    /// Method, path and header fields.
    public var head: HTTPRequest

    /// What comes after the head.
    public var body: ObjectBody

    /// A request with a head that is there already.
    public init(_ head: HTTPRequest, body: ObjectBody = .empty) {
        self.head = head
        self.body = body
    }

    /// A request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path with its query.
    ///   - headerFields: The header fields.
    ///   - body: What comes after the head.
    public init(
        method: HTTPRequest.Method = .get,
        path: String = "/",
        headerFields: HTTPFields = [:],
        body: ObjectBody = .empty
    ) {
        head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path, headerFields: headerFields)
        self.body = body
    }

    /// The method.
    public var method: HTTPRequest.Method { head.method }

    /// The header fields.
    public var headerFields: HTTPFields { head.headerFields }

    /// The path without its query; `/` when the head has no path.
    public var path: String {
        let whole = head.path ?? "/"
        guard let mark = whole.utf8.firstIndex(of: UInt8(ascii: "?")) else { return whole }
        return String(whole[..<mark])
    }

    /// What stands after the first `?` of the path, as it was sent; nil when there is none.
    public var query: String? {
        guard let whole = head.path, let mark = whole.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return String(whole[whole.utf8.index(after: mark)...])
    }

    /// The first value that the query has under a name, decoded; nil when it has none.
    public func queryValue(_ name: String) -> String? {
        guard let query else { return nil }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard Self.decode(parts[0]) == name else { continue }
            return parts.count > 1 ? Self.decode(parts[1]) : ""
        }
        return nil
    }

    /// Whether the caller asks for a WebSocket.
    public var isWebSocketUpgrade: Bool {
        if head.extendedConnectProtocol?.lowercased() == "websocket" { return true }
        return Self.tokens(head.headerFields[values: .upgrade]).contains { $0.lowercased() == "websocket" }
    }

    /// The protocols that the caller offers to speak over the WebSocket, the one it likes best first.
    public var subprotocols: [String] { Self.tokens(head.headerFields[values: .secWebSocketProtocol]) }

    private static func tokens(_ values: [String]) -> [String] {
        values.flatMap { value in
            value.split(separator: ",").map { part in
                String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
            }
        }.filter { !$0.isEmpty }
    }

    private static func decode(_ text: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        var place = text.startIndex
        while place < text.endIndex {
            let byte = text[place]
            if byte == UInt8(ascii: "%"), let decoded = hexByte(text[text.index(after: place)...]) {
                bytes.append(decoded)
                place = text.index(place, offsetBy: 3)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                place = text.index(after: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexByte(_ text: Substring.UTF8View) -> UInt8? {
        let digits = text.prefix(2)
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
