import AsyncHTTPClient
import Glibc
import RoostRuntime
import Testing

/// The server is killed again and again in the middle of its work; whatever it had acknowledged is there afterwards.
struct CrashTests {
    private static let clients = 64
    private static let kills = 22
    private static let killsAtStart = 4

    /// The seed of every choice; `ROOST_CRASH_SEED` chooses another.
    private static let seed = getenv("ROOST_CRASH_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20_261_121

    @Test(.timeLimit(.minutes(10)))
    func `a server that is killed loses nothing it has acknowledged`() async throws {
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                let settings = RoostServer.Settings(
                    directory: directory,
                    tenants: try TestTenants.write(to: directory)
                )
                let random = SeededRandomSource(seed: Self.seed)
                let limits = (0..<16).map { number in
                    SharedLimit(tenant: number % 2 == 0 ? TestTenants.window : TestTenants.bucket, key: "key-\(number)")
                }
                let clients = (0..<Self.clients).map { number in
                    CrashClient(number: number, limit: limits[number % limits.count], seed: random.next())
                }
                for life in 0..<Self.kills {
                    let failures = try await Self.live(settings, clients, http, random)
                    #expect(failures == [], "life \(life), seed \(Self.seed)")
                }
                for _ in 0..<Self.killsAtStart {
                    try await Self.killAtStart(settings, random)
                }
                try await RoostServer.running(settings) { server in
                    let problems = try await Self.verify(clients, limits, http, server.url)
                    #expect(problems == [], "seed \(Self.seed)")
                }
            }
        }
    }

    /// One life of the server, with every client at work until it is killed.
    private static func live(
        _ settings: RoostServer.Settings,
        _ clients: [CrashClient],
        _ http: HTTPClient,
        _ random: SeededRandomSource
    ) async throws -> [String] {
        let acknowledgements = 64 + Int(random.next() % 320)
        let delay = Duration.microseconds(random.next() % 30_000)
        return try await RoostServer.running(settings) { server in
            let life = CrashLife(server.process, endingAfter: acknowledgements, delay: delay)
            await withTaskGroup(of: Void.self) { group in
                for client in clients {
                    group.addTask { await client.work(http, url: server.url, life: life) }
                }
            }
            let failures = life.failures
            guard failures.isEmpty else {
                await server.process.stop()
                let ending = await server.process.waitForEnd()
                return failures + ["\(ending): \(await server.process.standardError.rest())"]
            }
            #expect(await server.process.waitForEnd() == .killed(signal: SIGKILL))
            return []
        }
    }

    /// A server that is killed while it opens the store.
    private static func killAtStart(_ settings: RoostServer.Settings, _ random: SeededRandomSource) async throws {
        let process = try settings.spawn()
        CrashLife(process, endingAfter: 1, delay: .microseconds(random.next() % 100_000)).end()
        let ending = await process.waitForEnd()
        #expect(ending == .killed(signal: SIGKILL), "seed \(seed)")
    }

    private static func verify(
        _ clients: [CrashClient],
        _ limits: [SharedLimit],
        _ http: HTTPClient,
        _ url: String
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for client in clients { group.addTask { try await client.verify(http, url: url) } }
            for limit in limits { group.addTask { try await limit.problems(http, url: url) } }
            var problems: [String] = []
            for try await found in group { problems += found }
            return problems
        }
    }
}
