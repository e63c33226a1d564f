package import HTTPTypes

/// Finds the route of a path, and says which methods a path has.
///
/// Hand-written because the contract asks for two things a trie of handlers does not give: the template of the route
/// is known before the tenant is (for the size limit and the log), and a known path with another method is 405 with
/// `allow`.
package struct RouteTable<Handler: Sendable>: Sendable {
    /// One method of one path.
    ///
    /// A class, because every request holds on to its route.
    package final class Route: Sendable {
        package let method: HTTPRequest.Method
        package let template: String
        package let handler: Handler

        init(method: HTTPRequest.Method, template: String, handler: Handler) {
            self.method = method
            self.template = template
            self.handler = handler
        }
    }

    /// What a path and a method lead to.
    package enum Match: Sendable {
        case route(Route, parameters: [String: String])
        case otherMethod(template: String, allowed: [HTTPRequest.Method])
        case none
    }

    private struct Path: Sendable {
        let template: String
        let segments: [Substring]
        var routes: [Route]
        /// Set where any method and any longer path lead to the one route.
        var isOpen = false
    }

    /// Paths with more than this many segments are not looked up, except below an open one.
    package static var segmentsMax: Int { 16 }

    private var paths: [Path] = []
    /// Templates without parameters: most requests need no more than a look here.
    private var literals: [String: Int] = [:]

    /// Creates an empty table.
    package init() {}

    /// Adds a route; a segment in braces is a parameter.
    package mutating func add(_ method: HTTPRequest.Method, _ template: String, _ handler: Handler) {
        let route = Route(method: method, template: template, handler: handler)
        if let index = paths.firstIndex(where: { $0.template == template }) {
            paths[index].routes.append(route)
        } else {
            paths.append(Path(template: template, segments: Self.split(template), routes: [route]))
            // The most literal template first, compared from the left: `/chat/sessions` before `/chat/{id}`.
            paths.sort { Self.rank($0) < Self.rank($1) }
            literals = [:]
            for (index, path) in paths.enumerated() where !path.segments.contains(where: Self.isParameter) {
                literals[path.template] = index
            }
        }
    }

    /// Adds a route for any method of a path and of whatever lies below it.
    package mutating func addOpen(_ template: String, _ handler: Handler) {
        add(.get, template, handler)
        for index in paths.indices where paths[index].template == template { paths[index].isOpen = true }
    }

    /// Looks up a path, which is still percent-encoded.
    package func match(_ method: HTTPRequest.Method, path: String) -> Match {
        if let index = literals[path] { return Self.match(method, paths[index], parameters: [:]) }
        let segments = Self.split(path)
        guard path.hasPrefix("/") else { return .none }
        for candidate in paths where candidate.isOpen || segments.count <= Self.segmentsMax {
            let bound = candidate.isOpen ? segments.prefix(candidate.segments.count) : segments[...]
            guard let parameters = Self.bind(candidate.segments, to: bound) else { continue }
            return Self.match(method, candidate, parameters: parameters)
        }
        return .none
    }

    private static func match(_ method: HTTPRequest.Method, _ path: Path, parameters: [String: String]) -> Match {
        if let route = path.routes.first(where: { path.isOpen || $0.method == method }) {
            return .route(route, parameters: parameters)
        }
        return .otherMethod(template: path.template, allowed: path.routes.map(\.method))
    }

    private static func split(_ path: String) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func isParameter(_ segment: Substring) -> Bool { segment.hasPrefix("{") }

    private static func rank(_ path: Path) -> String {
        path.segments.map { isParameter($0) ? "1" : "0" }.joined()
    }

    private static func bind(_ template: [Substring], to segments: ArraySlice<Substring>) -> [String: String]? {
        guard template.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (expected, actual) in zip(template, segments) {
            guard isParameter(expected) else {
                guard expected == actual else { return nil }
                continue
            }
            guard !actual.isEmpty, let value = actual.percentDecoded() else { return nil }
            parameters[String(expected.dropFirst().dropLast())] = value
        }
        return parameters
    }
}

extension Substring {
    /// The text with `%xx` decoded once; `nil` if an escape is broken or the result is not UTF-8.
    package func percentDecoded() -> String? {
        guard utf8.contains(UInt8(ascii: "%")) else { return String(self) }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
