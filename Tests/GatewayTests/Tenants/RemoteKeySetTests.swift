import HTTPTypes
import RoostGatewayTesting
import RoostRuntime
import RoostTesting
import Synchronization
import Testing

@testable import RoostGateway

/// Keys that an issuer publishes at an address.
struct RemoteKeySetTests {
    /// An issuer that answers as it is told, and counts.
    private final class Issuer: Sendable {
        private let answer: Mutex<Result<[UInt8], KeySetError>>
        private let gate: Turnstile?
        let requests = Tally()

        init(_ text: String, gate: Turnstile? = nil) {
            answer = Mutex(.success(Array(text.utf8)))
            self.gate = gate
        }

        func answers(_ result: Result<[UInt8], KeySetError>) { answer.withLock { $0 = result } }

        func answers(_ text: String) { answers(.success(Array(text.utf8))) }

        func fetch(_ url: String) async -> Result<[UInt8], KeySetError> {
            requests.increment()
            _ = await gate?.pass()
            return answer.withLock { $0 }
        }
    }

    private static let onlyES = """
        {"keys": [{"kty": "EC", "kid": "ec-1", "use": "sig", "crv": "P-256", "x": "\(TokenFixtures.ecX)",
                   "y": "\(TokenFixtures.ecY)"}]}
        """

    private static func directory(_ issuer: Issuer) async throws -> TenantDirectory {
        let jwt = """
            {"issuer": "https://issuer.example", "audience": "roost", "jwksUrl": "https://issuer.example/keys"}
            """
        var source = ConfigurationSource.fixture(files: [
            "t/a.json": #"{"tenantId": "a", "jwt": \#(jwt)}"#,
            "t/b.json": #"{"tenantId": "b", "apiKeys": [{"id": "web", "key": "b-key"}]}"#,
        ])
        source.keySet = { await issuer.fetch($0) }
        return try await TenantDirectory.load(directory: "t", profile: .development, source: source)
    }

    private static func verifier(_ issuer: Issuer) async throws -> TokenVerifier {
        try #require(await directory(issuer).tenant(id: "a")?.verifier)
    }

    @Test func `they are fetched for the first token that needs them, and kept`() async throws {
        let issuer = Issuer(TokenFixtures.keySet)
        let verifier = try await Self.verifier(issuer)
        #expect(issuer.requests.count == 0)
        for token in [TokenFixtures.rs256, TokenFixtures.rs256NoKid, TokenFixtures.es256] {
            #expect(try await verifier.verify(token, now: 1_500).subject == "ada")
        }
        #expect(issuer.requests.count == 1)
        await #expect(throws: TokenError.invalid) {
            try await verifier.verify(String(TokenFixtures.es256.dropLast(2)) + "AA", now: 1_500)
        }
    }

    @Test(arguments: [
        (TokenFixtures.hs256, TokenError.invalid), (TokenFixtures.unsigned, .invalid),
        (TokenFixtures.confused, .invalid),
        (TokenFixtures.hs256WrongIssuer, .invalid), ("a.b.c", .invalid),
    ])
    func `a token that cannot be right fetches nothing`(token: String, expected: TokenError) async throws {
        let issuer = Issuer(TokenFixtures.keySet)
        let verifier = try await Self.verifier(issuer)
        await #expect(throws: expected) { try await verifier.verify(token, now: 1_500) }
        await #expect(throws: TokenError.expired) { try await verifier.verify(TokenFixtures.es256, now: 2_500) }
        #expect(issuer.requests.count == 0)
    }

    @Test func `a key that was added since is found, one that was withdrawn is gone`() async throws {
        let issuer = Issuer(Self.onlyES)
        let verifier = try await Self.verifier(issuer)
        #expect(try await verifier.verify(TokenFixtures.es256, now: 1_000).subject == "ada")
        issuer.answers(TokenFixtures.keySet)
        // Just asked; half a minute later it may be asked again, once.
        await #expect(throws: TokenError.invalid) { try await verifier.verify(TokenFixtures.rs256, now: 1_010) }
        #expect(issuer.requests.count == 1)
        #expect(try await verifier.verify(TokenFixtures.rs256, now: 1_030).subject == "ada")
        #expect(issuer.requests.count == 2)
        issuer.answers(Self.onlyES)
        #expect(try await verifier.verify(TokenFixtures.rs256, now: 1_900).subject == "ada")
        await #expect(throws: TokenError.invalid) { try await verifier.verify(TokenFixtures.rs256, now: 1_930) }
    }

    @Test func `while the address fails, the keys that are known go on`() async throws {
        let issuer = Issuer(TokenFixtures.keySet)
        let verifier = try await Self.verifier(issuer)
        _ = try await verifier.verify(TokenFixtures.es256, now: 1_000)
        issuer.answers(.failure(.timedOut))
        for _ in 0..<3 { #expect(try await verifier.verify(TokenFixtures.es256, now: 1_950).subject == "ada") }
        #expect(issuer.requests.count == 2)
    }

    @Test(arguments: [
        (#"{"keys": []}"#, KeySetError.noUsableKey), ("<html>", .notAKeySet), (#"{"keys": 1}"#, .notAKeySet),
        (#"{"keys": [{"kty": "OKP", "kid": "1", "crv": "Ed25519", "x": "AA"}, {"kty": "new"}]}"#, .noUsableKey),
        (onlyES.replacing(#""sig""#, with: #""enc""#), .noUsableKey),
        (#"{"keys": [\#(Array(repeating: "{}", count: 33).joined(separator: ","))]}"#, .tooManyKeys),
        (String(repeating: " ", count: RemoteKeySet.largestSet) + "{}", .tooLarge),
    ])
    func `an answer that is of no use is told, and not asked for again at once`(
        text: String,
        expected: KeySetError
    ) async throws {
        let issuer = Issuer(text)
        let verifier = try await Self.verifier(issuer)
        for now in [1_000, 1_029] as [Int64] {
            await #expect(throws: TokenError.keysUnavailable(expected)) {
                try await verifier.verify(TokenFixtures.es256, now: now)
            }
        }
        #expect(issuer.requests.count == 1)
        issuer.answers(TokenFixtures.keySet)
        #expect(try await verifier.verify(TokenFixtures.es256, now: 1_030).subject == "ada")
    }

    @Test func `many tokens wait for one fetch, and no other tenant does`() async throws {
        let gate = Turnstile()
        let issuer = Issuer(TokenFixtures.keySet, gate: gate)
        let directory = try await Self.directory(issuer)
        let verifier = try #require(directory.tenant(id: "a")?.verifier)
        let tokens = (0..<8).map { _ in Task { try await verifier.verify(TokenFixtures.es256, now: 1_500).subject } }
        await gate.waitForArrivals(1)
        // Somebody who leaves does not end the fetch.
        tokens[0].cancel()
        let resolver = TenantResolver(directory: directory, profile: .development)
        let other = await resolver.resolve(try .fixture(["x-api-key": "b-key"]), host: nil, now: 1_500)
        #expect((try? other.get())?.tenant.id.text == "b")
        gate.release()
        for token in tokens { #expect(try await token.value == "ada") }
        #expect(issuer.requests.count == 1)
    }

    @Test func `a request whose token cannot be checked is told to come again, and the log why`() async throws {
        let issuer = Issuer("")
        issuer.answers(.failure(.status(502)))
        let test = try GatewayTest(tenants: await Self.directory(issuer))
        let clock = test.runtime.clock
        clock.stepCivilTime(by: .milliseconds(1_500_000 - clock.now.milliseconds))
        let headers = test.headers(tenant: "a", [.authorization: "Bearer \(TokenFixtures.es256)"])
        let answer = try await test.client.execute(uri: "/chat/sessions", headers: headers)
        try expectFailure(answer, .notReady)
        #expect(!answer.text.contains("502"))
        #expect(test.log.contains { $0.contains("answered with status 502") })
    }

    // MARK: On the wire

    private func overTheWire(_ replies: [StandInProvider.Reply]) async throws -> Result<[UInt8], KeySetError> {
        let provider = StandInProvider(replies)
        let port = try await provider.start()
        let result = await RemoteKeySet.overHTTP("http://127.0.0.1:\(port)/keys")
        try await provider.stop()
        return result
    }

    @Test func `a set comes over HTTP, and nothing but a set of a moderate size does`() async throws {
        let good = try await overTheWire([.status("200 OK", body: Self.onlyES)])
        #expect(try good.get() == Array(Self.onlyES.utf8))
        let redirect = ["location: http://127.0.0.1:1/"]
        #expect(try await overTheWire([.status("302 Found", headers: redirect)]) == .failure(.status(302)))
        #expect(try await overTheWire([.status("404 Not Found")]) == .failure(.status(404)))
        let large = String(repeating: " ", count: RemoteKeySet.largestSet + 1)
        #expect(try await overTheWire([.status("200 OK", body: large)]) == .failure(.tooLarge))
        let cut = StandInProvider.Reply.raw(["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"], closes: true)
        #expect(try await overTheWire([cut]) == .failure(.unreachable))
        #expect(await RemoteKeySet.overHTTP("nonsense") == .failure(.unreachable))
    }

    @Test(
        arguments: [
            ("https://issuer.example/keys?v=1", nil), ("https://[::1]:8443/k", nil), ("http://127.0.0.1:80/k", nil),
            ("http://localhost/k", nil), ("http://[::1]/k", nil),
            ("http://issuer.example/keys", "must begin with https://"),
            ("ftp://issuer.example/keys", "must begin with https://"),
            ("https://me@issuer.example/k", "must have a valid host, and no user"),
            ("https:///k", "must have a valid host, and no user"),
            ("issuer.example", "must be an address such as https://issuer.example/keys.json"),
            ("https://issuer.example/a b", "must be an address such as https://issuer.example/keys.json"),
        ] as [(String, String?)]
    )
    func `an address is one over TLS, or on this machine`(url: String, mistake: String?) {
        #expect(KeySetAddress.mistake(in: url) == mistake)
    }
}
