/// A group of routes that share a body limit and may have a rate limit of their own.
package struct RouteGroup: Hashable, Sendable {
    /// The group's name, as it stands under `rateLimit.routes` in a tenant's configuration.
    package let name: String

    private init(_ name: String) { self.name = name }

    /// Talking to a model.
    package static let chat = RouteGroup("chat")
    /// Managing sessions and reading their history.
    package static let sessions = RouteGroup("sessions")
    /// Limits for applications.
    package static let rateLimit = RouteGroup("rate-limit")
    /// Whatever an application's objects answer.
    package static let objects = RouteGroup("objects")
    /// What concerns the service itself; never limited.
    package static let operations = RouteGroup("operations")
    /// Paths that lead nowhere.
    package static let other = RouteGroup("other")

    /// The largest body a request of this group may have.
    package func bodyLimit(_ limits: EdgeLimits) -> Int {
        self == .objects ? limits.objectBodyBytes : limits.bodyBytes
    }

    /// Whether any request of this group, also one with GET, may change something.
    package var hasEffects: Bool { self == .objects }
}
