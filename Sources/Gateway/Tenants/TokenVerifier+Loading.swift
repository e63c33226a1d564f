import FoundationEssentials
import JWTKit

extension TokenVerifier {
    /// The most keys in an issuer's set; a token without key id is tried with each.
    static let mostKeys = 32
    /// The shortest secret, in bytes: as long as the digest, as RFC 7518 asks.
    static let shortestSecret = 32
    /// The shortest RSA modulus, in bits.
    static let shortestModulus = 2048

    /// Loads the keys of a tenant, or reports what is wrong with them.
    static func make(
        _ configuration: TenantJWT,
        folder: String,
        source: ConfigurationSource,
        _ report: inout ConfigurationReport
    ) async -> TokenVerifier? {
        let rules = TokenRules(configuration)
        switch configuration.keys {
        case .secretInEnvironment(let name):
            guard let secret = source.environment(name) else {
                report.mistake("jwt.secretEnv", "names the environment variable \(name), which is not set")
                return nil
            }
            return await make(secret: SecretText(secret), field: "jwt.secretEnv", rules: rules, &report)
        case .secretInFile(let path):
            guard let bytes = source.contents(resolve(path, in: folder)) else {
                report.mistake("jwt.secretFile", "names a file that cannot be read")
                return nil
            }
            // Editors end files with a line feed, which nobody means as part of a secret.
            let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
            return await make(secret: SecretText(String(text)), field: "jwt.secretFile", rules: rules, &report)
        case .keySet(let value):
            let bytes = (try? JSONEncoder().encode(value)).map { Array($0) }
            return await make(keySet: bytes ?? [], field: "jwt.jwks", rules: rules, &report)
        case .keySetInFile(let path):
            guard let bytes = source.contents(resolve(path, in: folder)) else {
                report.mistake("jwt.jwksFile", "names a file that cannot be read")
                return nil
            }
            return await make(keySet: bytes, field: "jwt.jwksFile", rules: rules, &report)
        }
    }

    private static func make(
        secret: SecretText,
        field: String,
        rules: TokenRules,
        _ report: inout ConfigurationReport
    ) async -> TokenVerifier? {
        guard secret.reveal({ $0.utf8.count }) >= shortestSecret else {
            report.mistake(field, "must name a secret of at least \(shortestSecret) bytes")
            return nil
        }
        let keys = JWTKeyCollection()
        await keys.add(hmac: secret.reveal { HMACKey(from: $0) }, digestAlgorithm: .sha256)
        return TokenVerifier(keys: keys, algorithms: ["HS256"], rules: rules)
    }

    private static func make(
        keySet bytes: [UInt8],
        field: String,
        rules: TokenRules,
        _ report: inout ConfigurationReport
    ) async -> TokenVerifier? {
        guard let set = try? JSONDecoder().decode(JWKS.self, from: Data(bytes)) else {
            report.mistake(field, "must be a key set, {\"keys\": […]}, of RSA and EC keys")
            return nil
        }
        guard (1...mostKeys).contains(set.keys.count) else {
            report.mistake(field, "must have 1 to \(mostKeys) keys")
            return nil
        }
        let keys = JWTKeyCollection()
        var algorithms: Set<String> = []
        var identifiers: Set<String> = []
        for (index, key) in set.keys.enumerated() {
            let path = "\(field).keys[\(index)]"
            guard var key = usable(key, path: path, &report), let algorithm = key.algorithm else { continue }
            let identifier = key.keyIdentifier ?? JWKIdentifier(string: "key-\(index + 1)")
            if !identifiers.insert(identifier.string).inserted { report.mistake(path, "must have a kid of its own") }
            key.keyIdentifier = identifier
            do {
                try await keys.add(jwk: key)
                algorithms.insert(algorithm.rawValue)
            } catch {
                report.mistake(path, "is not a valid key")
            }
        }
        return TokenVerifier(keys: keys, algorithms: algorithms, rules: rules)
    }

    /// Fixes the algorithm of a key by its kind, or reports why the key cannot be used.
    private static func usable(_ key: JWK, path: String, _ report: inout ConfigurationReport) -> JWK? {
        guard key.privateExponent == nil else {
            report.mistake(path, "must be a public key; this is a private one, take it out and replace it")
            return nil
        }
        var key = key
        let algorithm: JWK.Algorithm
        switch key.keyType {
        case .rsa:
            algorithm = .rs256
            // Four characters of base64url hold three bytes.
            guard (key.modulus?.utf8.count ?? 0) * 6 >= shortestModulus else {
                report.mistake(path, "must have a modulus of at least \(shortestModulus) bits")
                return nil
            }
        case .ecdsa where key.curve?.rawValue == "P-256":
            algorithm = .es256
        default:
            report.mistake(path, "must be an RSA key or an EC key of the curve P-256")
            return nil
        }
        guard key.algorithm == nil || key.algorithm == algorithm else {
            report.mistake(path, "must be for RS256 or ES256")
            return nil
        }
        key.algorithm = algorithm
        return key
    }

    private static func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}
