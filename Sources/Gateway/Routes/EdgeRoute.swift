package import Hummingbird

/// What a route does once tenant, caller and limits are settled.
package struct EdgeRoute: Sendable {
    package let group: RouteGroup
    package let handle: @Sendable (EdgeRequest) async throws -> Response

    package init(_ group: RouteGroup, _ handle: @escaping @Sendable (EdgeRequest) async throws -> Response) {
        self.group = group
        self.handle = handle
    }
}

extension RouteTable<EdgeRoute> {
    /// Adds a route of a group.
    mutating func add(
        _ method: HTTPRequest.Method,
        _ template: String,
        _ group: RouteGroup,
        _ handle: @escaping @Sendable (EdgeRequest) async throws -> Response
    ) {
        add(method, template, EdgeRoute(group, handle))
    }
}
