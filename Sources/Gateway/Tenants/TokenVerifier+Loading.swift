import FoundationEssentials
import JWTKit

extension TokenVerifier {
    /// The shortest secret, in bytes: as long as the digest, as RFC 7518 asks.
    static let shortestSecret = 32

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
        case .keySetAtURL(let url):
            if let mistake = KeySetAddress.mistake(in: url) {
                report.mistake("jwt.jwksUrl", mistake)
                return nil
            }
            // Not fetched before somebody presents a token: the server starts without its tenants' issuers.
            return TokenVerifier(keys: .remote(RemoteKeySet(url: url, fetch: source.keySet)), rules: rules)
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
        return TokenVerifier(
            keys: .held(KeySet(keys: keys, algorithms: ["HS256"], identifiers: [])),
            rules: rules
        )
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
        guard (1...KeySet.mostKeys).contains(set.keys.count) else {
            report.mistake(field, "must have 1 to \(KeySet.mostKeys) keys")
            return nil
        }
        let keys = JWTKeyCollection()
        var algorithms: Set<String> = []
        var identifiers: Set<String> = []
        for (index, key) in set.keys.enumerated() {
            let path = "\(field).keys[\(index)]"
            var key = key
            switch KeySet.usable(key) {
            case .success(let usable): key = usable
            case .failure(let refusal):
                report.mistake(path, refusal.text)
                continue
            }
            guard let algorithm = key.algorithm else { continue }
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
        return TokenVerifier(
            keys: .held(KeySet(keys: keys, algorithms: algorithms, identifiers: identifiers)),
            rules: rules
        )
    }

    private static func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}
