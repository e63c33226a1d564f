import FoundationEssentials
import JWTKit

/// Checks the tokens of one tenant's users: signature, issuer, audience and times.
///
/// Only HS256 with the tenant's secret, or RS256 and ES256 with the issuer's public keys. The algorithm is that of the
/// key, never the one the token names, so a public key cannot be misused as a secret.
package struct TokenVerifier: Sendable, CustomStringConvertible {
    /// The longest token, in bytes.
    static let longestToken = 8192

    /// Where the keys are.
    enum Keys: Sendable {
        case held(KeySet)
        case remote(RemoteKeySet)
    }

    private let keys: Keys
    private let rules: TokenRules

    init(keys: Keys, rules: TokenRules) {
        self.keys = keys
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
        let bytes = Array(token.utf8)
        guard let (header, unproven, _) = try? DefaultJWTParser().parse(bytes, as: TokenClaims.self) else {
            throw .invalid
        }
        // An extension marked critical must be understood, and none is.
        guard let algorithm = header.alg, header.crit == nil else { throw .invalid }
        let set = try await keys(for: header.kid, algorithm: algorithm, unproven, now: now)
        guard set.algorithms.contains(algorithm) else { throw .invalid }
        let claims: TokenClaims
        do {
            claims = try await set.keys.verify(bytes, as: TokenClaims.self, iteratingKeys: header.kid == nil)
        } catch {
            throw .invalid
        }
        return try rules.check(claims, now: now)
    }

    /// The keys to check a token with; only for one that has nothing else against it are they fetched.
    private func keys(
        for identifier: String?,
        algorithm: String,
        _ unproven: TokenClaims,
        now: Int64
    ) async throws(TokenError) -> KeySet {
        switch keys {
        case .held(let set): return set
        case .remote(let remote):
            guard ["RS256", "ES256"].contains(algorithm) else { throw .invalid }
            _ = try rules.check(unproven, now: now)
            do throws(KeySetError) {
                return try await remote.keys(for: identifier, now: now)
            } catch {
                throw .keysUnavailable(error)
            }
        }
    }
}
