import AsyncHTTPClient
import RoostRuntime
import Testing

/// What keeps a server from starting, and how it says so.
struct StartTests {
    @Test(.timeLimit(.minutes(10)))
    func `a directory in use is refused, naming the process that uses it`() async throws {
        try await TemporaryDirectory.with { directory in
            try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                let outcome = try await RoostBinary.run(["serve", "--port", "0", "--data", directory.path("data")])
                #expect(outcome.ending == .exited(75))
                #expect(outcome.standardError.contains("in use by process \(server.process.pid);"))
                #expect(outcome.standardOutput == "")
            }
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a directory that holds something else is refused and left as it is`() async throws {
        try await TemporaryDirectory.with { directory in
            _ = try directory.write("mine", to: "data/letter.txt")
            let outcome = try await RoostBinary.run(["serve", "--port", "0", "--data", directory.path("data")])
            #expect(outcome.ending == .exited(73))
            #expect(outcome.standardError.contains(directory.path("data")))
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a port in use is refused`() async throws {
        try await TemporaryDirectory.with { directory in
            try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                let port = try #require(server.url.split(separator: ":").last)
                let outcome = try await RoostBinary.run(["serve", "--ephemeral", "--port", String(port)])
                #expect(outcome.ending == .exited(69))
                #expect(outcome.standardError.contains("Cannot listen on 127.0.0.1:\(port): Address already in use."))
            }
        }
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (["--prot", "80"], "--prot"),
            (["--port", "eighty"], "--port"),
            (["--port", "70000"], "--port must be a port from 0 to 65535"),
            (["--profile", "staging"], "--profile must be development or production"),
            (["extra"], "extra"),
        ]
    )
    func `a wrong flag is one of usage`(arguments: [String], text: String) async throws {
        let outcome = try await RoostBinary.run(["serve"] + arguments)
        #expect(outcome.ending == .exited(64))
        #expect(outcome.standardError.contains(text))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a wrong configuration names every mistake and repeats no secret`() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(
                """
                {"port": 99999, "profile": "staging", "provider": {"kind": "openai", "apiKey": "sk-secret"}}
                """,
                to: "roost.json"
            )
            let outcome = try await RoostBinary.run(
                ["serve", "--config", file, "--log-level", "loud"],
                environment: ["ROOST_DRAIN_SECONDS": "soon", "OPENAI_BASE_URL": "ftp://example.com"]
            )
            #expect(outcome.ending == .exited(78))
            let mistakes = [
                "\(file): port", "\(file): profile", "\(file): provider.apiKey", "ROOST_DRAIN_SECONDS",
                "OPENAI_BASE_URL",
                "OPENAI_API_KEY is required", "--log-level",
            ]
            for mistake in mistakes { #expect(outcome.standardError.contains(mistake)) }
            #expect(!outcome.standardError.contains("sk-secret"))
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `wrong tenants name every mistake with its file`() async throws {
        try await TemporaryDirectory.with { directory in
            _ = try directory.write("{\"tenantId\":\"a b\"}", to: "tenants/first.json")
            _ = try directory.write("{\"tenantId\":\"second\",\"contextMessages\":0}", to: "tenants/second.json")
            let outcome = try await RoostBinary.run(["serve", "--ephemeral", "--tenants", directory.path("tenants")])
            #expect(outcome.ending == .exited(78))
            #expect(outcome.standardError.contains("first.json: tenantId"))
            #expect(outcome.standardError.contains("second.json: contextMessages"))
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a server in memory answers and leaves nothing behind`() async throws {
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                let settings = RoostServer.Settings(directory: directory, environment: ["ROOST_EPHEMERAL": "1"])
                try await RoostServer.running(settings) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    let session = SeededRandomSource(seed: 3).uuid()
                    let reply = try await edge.chat("Hello", in: session)
                    #expect(try await edge.history(of: session).messages.last?.id == reply.messageId)
                }
                #expect(!directory.contains("data"))
            }
        }
    }
}
