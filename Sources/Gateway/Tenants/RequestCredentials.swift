import HTTPTypes

/// The credentials a request presents, not yet checked.
struct RequestCredentials: Sendable {
    /// The value of `x-api-key`.
    let apiKey: String?
    /// The token of `authorization: Bearer`, which may be an API key as well.
    let bearer: String?

    /// Reads the credentials; empty ones count as absent.
    init(_ headers: HTTPFields) {
        apiKey = headers.value(of: .apiKey).flatMap { $0.isEmpty ? nil : $0 }
        bearer = headers.value(of: .authorization).flatMap(Self.bearerToken)
    }

    private static func bearerToken(_ value: String) -> String? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}
