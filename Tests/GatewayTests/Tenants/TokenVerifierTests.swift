import RoostGateway
import Testing

struct TokenVerifierTests {
    private static func verifier(
        _ keys: String,
        files: [String: String] = [:],
        environment: [String: String] = [:]
    ) async throws -> TokenVerifier {
        let jwt = #"{"issuer": "https://issuer.example", "audience": "roost", "leewaySeconds": 5, \#(keys)}"#
        var paths = ["t/a.json": #"{"tenantId": "a", "jwt": \#(jwt)}"#]
        for (name, text) in files { paths["t/" + name] = text }
        let source = ConfigurationSource.fixture(files: paths, environment: environment)
        let directory = try await TenantDirectory.load(directory: "t", profile: .production, source: source)
        return try #require(directory.tenant(id: "a")?.verifier)
    }

    private static func secret() async throws -> TokenVerifier {
        try await verifier(#""secretEnv": "S""#, environment: ["S": TokenFixtures.secret])
    }

    private static func keySet() async throws -> TokenVerifier {
        try await verifier(#""jwks": \#(TokenFixtures.keySet)"#)
    }

    @Test func `a token signed with the secret names its user`() async throws {
        let user = try await Self.secret().verify(TokenFixtures.hs256, now: 1500)
        #expect(user.subject == "ada")
        #expect(user.role == .user)
    }

    @Test func `a role and a list of audiences are read`() async throws {
        #expect(try await Self.secret().verify(TokenFixtures.hs256Admin, now: 1500).role == .admin)
    }

    @Test func `a secret may come from a file`() async throws {
        let files = ["secret.txt": TokenFixtures.secret + "\n"]
        let verifier = try await Self.verifier(#""secretFile": "secret.txt""#, files: files)
        #expect(try await verifier.verify(TokenFixtures.hs256, now: 1500).subject == "ada")
    }

    @Test(arguments: [TokenFixtures.rs256, TokenFixtures.rs256NoKid, TokenFixtures.es256])
    func `a token signed by the issuer names its user`(token: String) async throws {
        #expect(try await Self.keySet().verify(token, now: 1500).subject == "ada")
    }

    @Test func `a key set may come from a file`() async throws {
        let files = ["keys.jwks": TokenFixtures.keySet]
        let verifier = try await Self.verifier(#""jwksFile": "keys.jwks""#, files: files)
        #expect(try await verifier.verify(TokenFixtures.es256, now: 1500).subject == "ada")
    }

    @Test func `times are checked, with the leeway`() async throws {
        let verifier = try await Self.secret()
        for now in [995, 2004] as [Int64] { _ = try await verifier.verify(TokenFixtures.hs256, now: now) }
        await #expect(throws: TokenError.notYetValid) { try await verifier.verify(TokenFixtures.hs256, now: 994) }
        await #expect(throws: TokenError.expired) { try await verifier.verify(TokenFixtures.hs256, now: 2005) }
    }

    @Test(arguments: [
        (TokenFixtures.hs256WrongIssuer, TokenError.wrongIssuer),
        (TokenFixtures.hs256WrongAudience, .wrongAudience),
        (TokenFixtures.hs256NoExpiry, .expired),
        (TokenFixtures.hs256NoSubject, .noSubject),
        (TokenFixtures.hs256Critical, .invalid),
        (TokenFixtures.unsigned, .invalid),
        (TokenFixtures.rs256, .invalid),
        ("", .invalid), ("..", .invalid), ("a.b.c", .invalid), ("a.b", .invalid),
    ])
    func `anything else is refused`(token: String, error: TokenError) async throws {
        let verifier = try await Self.secret()
        await #expect(throws: error) { try await verifier.verify(token, now: 1500) }
    }

    @Test func `a changed token is refused`() async throws {
        let verifier = try await Self.secret()
        let parts = TokenFixtures.hs256.split(separator: ".").map(String.init)
        let others = TokenFixtures.hs256Admin.split(separator: ".").map(String.init)
        let forged = [parts[0], others[1], parts[2]].joined(separator: ".")
        await #expect(throws: TokenError.invalid) { try await verifier.verify(forged, now: 1500) }
        let cut = String(TokenFixtures.hs256.dropLast())
        await #expect(throws: TokenError.invalid) { try await verifier.verify(cut, now: 1500) }
        let long = TokenFixtures.hs256 + String(repeating: "A", count: 10_000)
        await #expect(throws: TokenError.invalid) { try await verifier.verify(long, now: 1500) }
    }

    @Test func `a public key cannot be used as a secret`() async throws {
        let verifier = try await Self.keySet()
        for token in [TokenFixtures.confused, TokenFixtures.hs256, TokenFixtures.unsigned] {
            await #expect(throws: TokenError.invalid) { try await verifier.verify(token, now: 1500) }
        }
    }

    @Test func `keys that cannot be used are mistakes`() async {
        let modulus = TokenFixtures.rsaModulus
        let faults = [
            (#""secretEnv": "MISSING""#, "jwt.secretEnv"),
            (#""secretEnv": "SHORT""#, "jwt.secretEnv"),
            (#""secretFile": "missing""#, "jwt.secretFile"),
            (#""jwksFile": "missing""#, "jwt.jwksFile"),
            (#""jwks": {"keys": []}"#, "jwt.jwks"),
            (#""jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}"#, "jwt.jwks"),
            (
                #""jwks": {"keys": [{"kty": "RSA", "n": "\#(TokenFixtures.smallModulus)", "e": "AQAB"}]}"#,
                "jwt.jwks.keys[0]"
            ),
            (#""jwks": {"keys": [{"kty": "RSA", "n": "\#(modulus)", "e": "AQAB", "d": "AQAB"}]}"#, "jwt.jwks.keys[0]"),
            (
                #""jwks": {"keys": [{"kty": "RSA", "n": "\#(modulus)", "e": "AQAB", "alg": "PS256"}]}"#,
                "jwt.jwks.keys[0]"
            ),
            (#""jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}"#, "jwt.jwks.keys[0]"),
            (#""jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}"#, "jwt.jwks.keys[0]"),
            (#""secret": "hush-hush""#, "jwt.secret"),
        ]
        for (keys, field) in faults {
            let found = await mistakes(
                in: ["a.json": #"{"tenantId": "a", "jwt": {"issuer": "i", "audience": "a", \#(keys)}}"#],
                environment: ["SHORT": "hush-hush"]
            )
            #expect(found.first?.hasPrefix("a.json: \(field): ") == true, "\(field): \(found)")
            #expect(!found.joined().contains("hush-hush"))
        }
    }
}
