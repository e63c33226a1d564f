package import RoostRuntime

/// What a tenant's file says about the tokens of its users.
package struct TenantJWT: Sendable {
    /// Where the keys come from.
    package enum Keys: Sendable {
        /// A secret shared with the issuer (HS256), in this environment variable.
        case secretInEnvironment(String)
        /// A secret shared with the issuer (HS256), in this file.
        case secretInFile(String)
        /// The issuer's public keys (RS256, ES256), written in the configuration.
        case keySet(JSONValue)
        /// The issuer's public keys (RS256, ES256), in this file.
        case keySetInFile(String)
        /// The issuer's public keys (RS256, ES256), at this address.
        case keySetAtURL(String)
    }

    /// The longest difference between our clock and the issuer's that can be allowed for: five minutes.
    static let longestLeewaySeconds = 300

    /// The issuer, exactly as in the claim `iss`.
    package let issuer: String
    /// One of the audiences in the claim `aud`.
    package let audience: String
    /// Where the keys come from.
    package let keys: Keys
    /// The claim that holds the role; a token without it is an ordinary user's.
    ///
    /// Default `role`.
    package let roleClaim: String
    /// How far our clock and the issuer's may differ.
    ///
    /// Default 0.
    package let leewaySeconds: Int

    /// Reads the field `jwt`.
    init?(reading fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        for name in ["issuer", "audience"] where !fields.has(name) {
            report.mistake(fields.path(name), "is required")
        }
        let issuer = fields.string("issuer", &report)
        let audience = fields.string("audience", &report)
        roleClaim = fields.string("roleClaim", &report) ?? "role"
        leewaySeconds = fields.integer("leewaySeconds", in: 0...Self.longestLeewaySeconds, &report) ?? 0
        let keys = Self.keys(&fields, &report)
        fields.finish(&report)
        guard let issuer, let audience, let keys else { return nil }
        self.issuer = issuer
        self.audience = audience
        self.keys = keys
    }

    private static func keys(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) -> Keys? {
        let names = ["secretEnv", "secretFile", "jwks", "jwksFile", "jwksUrl"]
        let present = names.filter { fields.has($0) }
        if fields.has("secret") {
            _ = fields.value("secret")
            report.mistake(fields.path("secret"), "must not be in the file; name it with secretEnv or secretFile")
        }
        let found: [Keys] = [
            fields.string("secretEnv", &report).map(Keys.secretInEnvironment),
            fields.string("secretFile", &report).map(Keys.secretInFile),
            fields.value("jwks").map(Keys.keySet),
            fields.string("jwksFile", &report).map(Keys.keySetInFile),
            fields.string("jwksUrl", &report).map(Keys.keySetAtURL),
        ].compactMap(\.self)
        guard present.count == 1 else {
            report.mistake(fields.path, "must have exactly one of \(names.joined(separator: ", "))")
            return nil
        }
        return found.first
    }
}
