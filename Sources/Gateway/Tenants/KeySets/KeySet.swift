import FoundationEssentials
import JWTKit

/// The keys of one issuer, ready to check signatures with.
///
/// The algorithm belongs to the key: RS256 for an RSA key, ES256 for one of the curve P-256, HS256 for a secret.
struct KeySet: Sendable {
    /// The most keys in an issuer's set; a token without key id is tried with each.
    static let mostKeys = 32
    /// The shortest RSA modulus, in bits.
    static let shortestModulus = 2048

    let keys: JWTKeyCollection
    let algorithms: Set<String>
    /// The ids of the keys; empty for a secret, which has none.
    let identifiers: Set<String>

    /// Whether a token that names this key can be checked; one that names none is tried with each.
    func knows(_ identifier: String?) -> Bool { identifier.map { identifiers.contains($0) } ?? true }

    /// Reads a set that somebody publishes.
    ///
    /// Keys that are not for signatures of the kinds accepted are passed over: issuers publish them all in one place.
    init(published bytes: [UInt8]) async throws(KeySetError) {
        guard let set = try? JSONDecoder().decode(Published.self, from: Data(bytes)) else { throw .notAKeySet }
        guard set.keys.count <= Self.mostKeys else { throw .tooManyKeys }
        let keys = JWTKeyCollection()
        var algorithms: Set<String> = []
        var identifiers: Set<String> = []
        for (index, entry) in set.keys.enumerated() {
            guard let key = entry.key, entry.use == nil || entry.use == "sig" else { continue }
            guard case .success(var key) = Self.usable(key), let algorithm = key.algorithm else { continue }
            let identifier = key.keyIdentifier ?? JWKIdentifier(string: "key-\(index + 1)")
            key.keyIdentifier = identifier
            guard !identifiers.contains(identifier.string), (try? await keys.add(jwk: key)) != nil else { continue }
            identifiers.insert(identifier.string)
            algorithms.insert(algorithm.rawValue)
        }
        guard !identifiers.isEmpty else { throw .noUsableKey }
        self.init(keys: keys, algorithms: algorithms, identifiers: identifiers)
    }

    init(keys: JWTKeyCollection, algorithms: Set<String>, identifiers: Set<String>) {
        self.keys = keys
        self.algorithms = algorithms
        self.identifiers = identifiers
    }

    /// Why a key cannot be used, as the end of a sentence.
    struct Refusal: Error {
        let text: String
    }

    /// Fixes the algorithm of a key by its kind, or says why the key cannot be used.
    static func usable(_ key: JWK) -> Result<JWK, Refusal> {
        func refuse(_ text: String) -> Result<JWK, Refusal> { .failure(Refusal(text: text)) }
        guard key.privateExponent == nil else {
            return refuse("must be a public key; this is a private one, take it out and replace it")
        }
        var key = key
        let algorithm: JWK.Algorithm
        switch key.keyType {
        case .rsa:
            algorithm = .rs256
            // Four characters of base64url hold three bytes.
            guard (key.modulus?.utf8.count ?? 0) * 6 >= shortestModulus else {
                return refuse("must have a modulus of at least \(shortestModulus) bits")
            }
        case .ecdsa where key.curve?.rawValue == "P-256":
            algorithm = .es256
        default:
            return refuse("must be an RSA key or an EC key of the curve P-256")
        }
        guard key.algorithm == nil || key.algorithm == algorithm else {
            return refuse("must be for RS256 or ES256")
        }
        key.algorithm = algorithm
        return .success(key)
    }

    /// A set with keys of any kind in it.
    private struct Published: Decodable {
        struct Entry: Decodable {
            let key: JWK?
            let use: String?

            private enum CodingKeys: CodingKey { case use }

            init(from decoder: any Decoder) throws {
                key = try? JWK(from: decoder)
                use = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .use)
            }
        }

        let keys: [Entry]
    }
}
