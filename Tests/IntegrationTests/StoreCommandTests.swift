import AsyncHTTPClient
import FoundationEssentials
import Glibc
import RoostRuntime
import Testing

/// `roost store`, run as an operator runs it.
@Suite(.timeLimit(.minutes(10)))
struct StoreCommandTests {
    private struct Verified: Decodable {
        struct Damage: Decodable {
            struct Object: Decodable {
                let id: String
                let name: String?
            }
            let part: String
            let className: String?
            let objects: [Object]
            let message: String
        }
        let objects: Int
        let rows: Int
        let damageCount: Int
        let damages: [Damage]
    }

    private struct Counted: Decodable {
        struct Amount: Decodable {
            let rows: Int
            let bytes: Int
        }
        struct Class: Decodable {
            let name: String
            let objects: Int
            let keys: Amount
            let pages: Amount
        }
        struct Reader: Decodable { let process: Int32 }
        let format: Int
        let fileBytes: Int
        let classes: [Class]
        let readers: [Reader]
    }

    private func read<Value: Decodable>(_ outcome: ChildProcess.Outcome, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(outcome.standardOutput.utf8))
    }

    /// Chats with a server until cancelled; tells how many messages were answered.
    private static func load(_ edge: EdgeClient, _ sessions: [String]) async -> Int {
        var answered = 0
        while !Task.isCancelled {
            // Whoever asks too often is refused, which is load as well.
            let reply = try? await edge.chat("message \(answered)", in: sessions[answered % sessions.count])
            if reply != nil { answered += 1 }
        }
        return answered
    }

    @Test func `a copy made under load is sound and has everything answered before it began`() async throws {
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                let random = SeededRandomSource(seed: 11)
                let sessions = (0..<3).map { _ in random.uuid() }
                let before = try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    var before: [String] = []
                    for session in sessions { before.append(try await edge.chat("Hello", in: session).messageId) }
                    let load = Task { await Self.load(edge, sessions) }
                    for name in ["copy", "second"] {
                        let outcome = try await RoostBinary.run(
                            ["store", "backup", "--data", directory.path("data"), directory.path(name)]
                        )
                        #expect(outcome.ending == .exited(0), "\(outcome.standardError)")
                        #expect(outcome.standardOutput.contains("Copied"))
                    }
                    let live = try await RoostBinary.run(["store", "verify", "--data", directory.path("data")])
                    #expect(live.ending == .exited(0), "\(live.standardOutput) \(live.standardError)")
                    let stats = try await RoostBinary.run([
                        "store", "stats", "--json", "--data", directory.path("data"),
                    ])
                    let counted = try read(stats, as: Counted.self)
                    #expect(counted.format == 1)
                    #expect(counted.classes.first { $0.name == "roost/ChatSession" }?.objects == 3)
                    #expect(counted.readers.contains { $0.process == server.process.pid })
                    let compact = try await RoostBinary.run(["store", "compact", "--data", directory.path("data")])
                    #expect(compact.ending == .exited(75))
                    #expect(compact.standardError.contains("process \(server.process.pid)"))
                    load.cancel()
                    let answered = await load.value
                    #expect(answered > 0)
                    return before
                }
                for name in ["copy", "second"] {
                    let outcome = try await RoostBinary.run([
                        "store", "verify", "--json", "--data", directory.path(name),
                    ])
                    #expect(outcome.ending == .exited(0))
                    #expect(try read(outcome, as: Verified.self).damageCount == 0)
                }
                let again = try await RoostBinary.run(
                    ["store", "backup", "--data", directory.path("data"), directory.path("copy")]
                )
                #expect(again.ending == .exited(73))
                #expect(again.standardError.contains("a store"))
                var settings = RoostServer.Settings(directory: directory)
                settings.folder = "copy"
                try await RoostServer.running(settings) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    for (session, message) in zip(sessions, before) {
                        let history = try await edge.history(of: session)
                        #expect(history.messages.contains { $0.id == message })
                    }
                    _ = try await edge.chat("and on", in: sessions[0])
                }
            }
        }
    }

    @Test func `verify names what is damaged, compact refuses it, and stats counts what is left`() async throws {
        try await TemporaryDirectory.with { directory in
            let session = try await HTTPClient.with { http in
                try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    let session = SeededRandomSource(seed: 5).uuid()
                    _ = try await edge.chat("Look out for this line of text", in: session)
                    return session
                }
            }
            let file = directory.path("data/roost.mdb")
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            let line = Array("Look out for this line".utf8)
            var places = 0
            for start in 0..<(bytes.count - line.count) where bytes[start] == line[0] {
                guard bytes[start..<(start + line.count)].elementsEqual(line) else { continue }
                bytes[start] ^= 1
                places += 1
            }
            #expect(places > 0)
            try Data(bytes).write(to: URL(filePath: file))
            let outcome = try await RoostBinary.run(["store", "verify", "--json", "--data", directory.path("data")])
            #expect(outcome.ending == .exited(1))
            let found = try read(outcome, as: Verified.self)
            #expect(found.damageCount >= 1)
            #expect(found.damages.contains { $0.objects.contains { $0.name?.contains(session) == true } })
            let text = try await RoostBinary.run(["store", "verify", "--data", directory.path("data")])
            #expect(text.ending == .exited(1))
            #expect(text.standardOutput.contains(session))
            let stats = try await RoostBinary.run(["store", "stats", "--data", directory.path("data")])
            #expect(stats.ending == .exited(0))
            #expect(stats.standardOutput.contains("roost/ChatSession"))
        }
    }

    @Test func `compact gives room back and says how much`() async throws {
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    _ = try await edge.chat("Hello", in: SeededRandomSource(seed: 5).uuid())
                }
            }
            let outcome = try await RoostBinary.run(["store", "compact", "--data", directory.path("data")])
            #expect(outcome.ending == .exited(0), "\(outcome.standardError)")
            #expect(outcome.standardOutput.contains(/\d+ bytes before, \d+ bytes after, \d+ rows\./))
            let verified = try await RoostBinary.run(["store", "verify", "--data", directory.path("data")])
            #expect(verified.ending == .exited(0))
        }
    }

    @Test(arguments: ["verify", "stats", "compact"])
    func `a directory without a store is one of input, and stays as it is`(command: String) async throws {
        try await TemporaryDirectory.with { directory in
            let missing = try await RoostBinary.run(["store", command, "--data", directory.path("missing")])
            #expect(missing.ending == .exited(66))
            #expect(missing.standardError.contains(directory.path("missing")))
            #expect(!directory.contains("missing"))
            _ = try directory.write("mine", to: "data/roost.mdb")
            let foreign = try await RoostBinary.run(["store", command, "--data", directory.path("data")])
            #expect(foreign.ending == .exited(73) || foreign.ending == .exited(65))
        }
    }

    @Test func `help tells every command and every exit status`() async throws {
        let outcome = try await RoostBinary.run(["store", "--help"])
        #expect(outcome.ending == .exited(0))
        for command in ["verify", "backup", "compact", "stats"] {
            #expect(outcome.standardOutput.contains("  \(command) "))
            let own = try await RoostBinary.run(["store", command, "--help"])
            #expect(own.ending == .exited(0))
            #expect(own.standardOutput.contains("--data"))
        }
        for status in [0, 1, 64, 65, 66, 73, 74, 75] { #expect(outcome.standardOutput.contains("\n  \(status) ")) }
        for wrong in [["backup"], ["verify", "--limit", "-1"], ["verify", "extra"]] {
            let refused = try await RoostBinary.run(["store"] + wrong)
            #expect(refused.ending == .exited(64))
        }
    }
}
