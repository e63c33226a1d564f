import FoundationEssentials
import JWTKit

/// Checks the tokens of one tenant's users: signature, issuer, audience and times.
///
/// Only HS256 with the tenant's secret, or RS256 and ES256 with the issuer's public keys. The algorithm is that of the
/// key, never the one the token names, so a public key cannot be misused as a secret.
package struct TokenVerifier: Sendable, CustomStringConvertible {
    /// The longest token, in bytes.
    static let longestToken = 8192

    private let keys: JWTKeyCollection
    private let algorithms: Set<String>
    private let rules: TokenRules

    init(keys: JWTKeyCollection, algorithms: Set<String>, rules: TokenRules) {
        self.keys = keys
        self.algorithms = algorithms
        self.rules = rules
    }

    /// The issuer, never the keys.
    package var description: String { "tokens of \(rules.issuer)" }

    /// Whether a text has the form of a token.
    package static func looksLikeToken(_ text: String) -> Bool {
        text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: The token in its compact form.
    ///   - now: The time, in seconds since 1970.
    package func verify(_ token: String, now: Int64) async throws(TokenError) -> TokenSubject {
        guard token.utf8.count <= Self.longestToken, Self.looksLikeToken(token) else { throw .invalid }
        let claims: TokenClaims
        do {
            let bytes = Array(token.utf8)
            let header = try DefaultJWTParser().parse(bytes, as: TokenClaims.self).header
            // An extension marked critical must be understood, and none is.
            guard let algorithm = header.alg, algorithms.contains(algorithm), header.crit == nil else {
                throw TokenError.invalid
            }
            claims = try await keys.verify(bytes, as: TokenClaims.self, iteratingKeys: header.kid == nil)
        } catch {
            throw .invalid
        }
        return try rules.check(claims, now: now)
    }
}
