import AsyncHTTPClient
import RoostRuntime
import RoostStorage
import Testing

/// `roost serve` and the classes it is given.
@Suite(.timeLimit(.minutes(10)))
struct ServeMigrationTests {
    private static let config = """
        name = "support"
        compatibility_date = "2026-08-01"
        [durable_objects]
        bindings = [{ name = "SESSIONS", class_name = "ChatSession" }]
        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["ChatSession"]

        """

    /// The same by an `exports` map.
    private static let exporting = """
        name = "support"
        compatibility_date = "2026-08-01"
        [durable_objects]
        bindings = [{ name = "SESSIONS", class_name = "ChatSession" }]
        [exports.ChatSession]
        type = "durable-object"
        storage = "sqlite"

        """

    // Origin: dev "starts dev when `exports` is set".
    @Test(arguments: [config, exporting])
    func `a class that a configuration names has its objects in the configuration's script`(text: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(text, to: "wrangler.toml")
            var settings = RoostServer.Settings(directory: directory)
            settings.more = ["--config", file]
            try await HTTPClient.with { http in
                try await RoostServer.running(settings) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    _ = try await edge.chat("Hello", in: SeededRandomSource(seed: 5).uuid())
                }
            }
            let stats = try await RoostBinary.run(["store", "stats", "--data", directory.path("data")])
            #expect(stats.standardOutput.contains("support/ChatSession (SQL"))
            let status = try await RoostBinary.run(
                ["migrations", "status", "--config", file, "--data", directory.path("data")]
            )
            #expect(status.ending == .exited(0), "\(status.standardOutput)")
        }
    }

    @Test func `a class that is not compiled in is an error that lists those that are`() async throws {
        try await TemporaryDirectory.with { directory in
            let text = Self.config.split(separator: "\n").map {
                $0 == "new_sqlite_classes = [\"ChatSession\"]" ? "new_sqlite_classes = [\"ChatSession\", \"Rom\"]" : $0
            }
            let file = try directory.write(text.joined(separator: "\n") + "\n", to: "wrangler.toml")
            let outcome = try await RoostBinary.run(["serve", "--ephemeral", "--port", "0", "--config", file])
            #expect(outcome.ending == .exited(78))
            #expect(outcome.standardError.contains("\(file):7:"))
            #expect(outcome.standardError.contains("The class Rom is declared but not compiled into this program."))
            #expect(outcome.standardError.contains("use one of: ChatSession, RateLimiter, SessionIndex."))
        }
    }

    @Test func `production refuses pending migrations unless it is told, development applies them and says so`()
        async throws
    {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            // As an earlier version left it: everything key-value, and no record of migrations.
            do {
                let store = try Store.open(directory: data)
                for name in ["ChatSession", "SessionIndex", "RateLimiter"] {
                    let key = ClassKey(script: "roost", name: name)
                    _ = try store.registerClass(key, storage: .keyValue, uniqueKey: "roost-\(name)")
                }
                store.close()
            }
            _ = try directory.write(#"{"tenantId":"alpha","allowedHosts":["example.com"]}"#, to: "tenants/alpha.json")
            var settings = RoostServer.Settings(directory: directory, tenants: directory.path("tenants"))
            settings.more = ["--profile", "production"]
            let refused = try await RoostBinary.run(settings.arguments)
            #expect(refused.ending == .exited(78))
            #expect(refused.standardError.contains("enable SQL for roost/ChatSession [v2]"), "\(refused.standardError)")
            #expect(refused.standardError.contains("roost migrations apply --data \(data)"))
            #expect(refused.standardError.contains("--migrate"))
            let copy = directory.path("copy")
            _ = try await RoostBinary.run(["store", "backup", "--data", data, copy])
            settings.more.append("--migrate")
            try await RoostServer.running(settings) { _ in }
            settings.more = ["--profile", "production"]
            try await RoostServer.running(settings) { _ in }

            var development = RoostServer.Settings(directory: directory)
            development.folder = "copy"
            development.more = ["--log-level", "notice"]
            try await RoostServer.running(development) { server in
                let line = await server.process.standardError.first(containing: "class migration applied")
                #expect(line?.contains("enable SQL for roost/ChatSession [v2]") == true)
            }
        }
    }

    @Test func `the server deletes no objects unless it is told`() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(Self.config, to: "wrangler.toml")
            var settings = RoostServer.Settings(directory: directory)
            settings.more = ["--config", file]
            try await HTTPClient.with { http in
                try await RoostServer.running(settings) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    _ = try await edge.chat("Hello", in: SeededRandomSource(seed: 5).uuid())
                }
            }
            let without = Self.config.split(separator: "\n").filter {
                !$0.contains("bindings") && $0 != "[durable_objects]"
            }
            _ = try directory.write(
                without.joined(separator: "\n")
                    + "\n[[migrations]]\ntag = \"v2\"\ndeleted_classes = [\"ChatSession\"]\n",
                to: "wrangler.toml"
            )
            let refused = try await RoostBinary.run(settings.arguments)
            #expect(refused.ending == .exited(78))
            #expect(refused.standardError.contains("--allow-delete ChatSession"))
            settings.more += ["--allow-delete", "ChatSession"]
            try await RoostServer.running(settings) { _ in }
            let stats = try await RoostBinary.run(["store", "stats", "--data", directory.path("data")])
            #expect(!stats.standardOutput.contains("support/ChatSession"))
        }
    }
}
