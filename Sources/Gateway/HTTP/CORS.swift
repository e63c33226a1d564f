package import HTTPTypes

/// Which origins may read a tenant's answers from a browser.
package struct CORS: Hashable, Sendable {
    /// How long a browser may remember the answer to a preflight, in seconds.
    package static let maxAgeSeconds = 86_400

    private let origins: Set<String>
    private let allowsAny: Bool

    /// Allows exactly these origins.
    package init(origins: some Sequence<String>) {
        self.origins = Set(origins)
        self.allowsAny = false
    }

    private init(any: Bool) {
        self.origins = []
        self.allowsAny = any
    }

    /// Allows every origin: a development profile without a list.
    package static let any = CORS(any: true)

    /// Whether an origin is allowed.
    package func allows(_ origin: String) -> Bool { allowsAny || origins.contains(origin) }

    /// Whether a request is a browser's question in advance.
    package static func isPreflight(_ request: HTTPRequest) -> Bool {
        request.method == .options && request.headerFields[.origin] != nil
            && request.headerFields[.accessControlRequestMethod] != nil
    }

    /// The headers of an answer to `origin`; only `vary` if it is not allowed.
    package func headers(origin: String) -> HTTPFields {
        var headers: HTTPFields = [.vary: "origin"]
        if allows(origin) {
            headers[.accessControlAllowOrigin] = origin
            headers[.accessControlExposeHeaders] =
                "x-trace-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, "
                + "ratelimit, ratelimit-policy, retry-after, location"
        }
        return headers
    }

    /// The headers of the answer to a preflight.
    package func preflightHeaders(origin: String) -> HTTPFields {
        var headers: HTTPFields = [.vary: "origin"]
        guard allows(origin) else { return headers }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlAllowMethods] = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
        headers[.accessControlAllowHeaders] =
            "content-type, authorization, x-api-key, x-tenant-id, x-user-id, x-trace-id, x-request-id, last-event-id"
        headers[.accessControlMaxAge] = String(Self.maxAgeSeconds)
        return headers
    }
}
