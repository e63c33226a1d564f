import FoundationEssentials
import RoostRuntime
import RoostStorage
import Testing

/// `roost migrations` and `roost serve --config`, run as a person runs them.
@Suite(.timeLimit(.minutes(10)))
struct MigrationsCommandTests {
    private static func config(_ migrations: String, bindings: String = "") -> String {
        """
        name = "chat"
        compatibility_date = "2026-08-01"
        \(bindings)
        \(migrations)
        """
    }

    private static let first = "[[migrations]]\ntag = \"v1\"\nnew_classes = [\"Room\", \"Log\"]\n"

    private static func migrations(_ words: String...) async throws -> ChildProcess.Outcome {
        try await RoostBinary.run(["migrations"] + words)
    }

    @Test func `plan, apply, list and status tell one story, in words and in JSON`() async throws {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            let file = try directory.write(Self.config(Self.first), to: "wrangler.toml")
            let plan = try await Self.migrations("plan", "--config", file, "--data", data)
            #expect(plan.ending == .exited(0), "\(plan.standardError)")
            #expect(
                plan.standardOutput
                    == "2 steps for \(data):\n  create chat/Room (legacy-kv) [v1]\n  create chat/Log (legacy-kv) [v1]\n"
            )
            #expect(!directory.contains("data"))
            for command in ["status", "list"] {
                let missing = try await Self.migrations(command, "--config", file, "--data", data)
                #expect(missing.ending == .exited(66))
            }
            let applied = try await Self.migrations("apply", "--config", file, "--data", data)
            #expect(applied.ending == .exited(0), "\(applied.standardError)")
            #expect(applied.standardOutput.hasSuffix("\nApplied.\n"))
            let again = try await Self.migrations("apply", "--config", file, "--data", data)
            #expect(again.standardOutput == "Nothing to do: \(data) has everything.\n")
            let status = try await Self.migrations("status", "--config", file, "--data", data)
            #expect(status.ending == .exited(0))
            #expect(
                status.standardOutput == "chat: 1 migration applied, the last is \"v1\"\nNothing is pending.\n"
            )
            let list = try await Self.migrations("list", "--json", "--data", data)
            #expect(
                list.standardOutput.contains(
                    #""migrations":[{"changes":["new class Room","new class Log"],"isApplied":true,"tag":"v1"}]"#
                )
            )
            _ = try directory.write(
                Self.config(Self.first + "[[migrations]]\ntag = \"v2\"\ndeleted_classes = [\"Log\"]\n"),
                to: "wrangler.toml"
            )
            let pending = try await Self.migrations("status", "--json", "--config", file, "--data", data)
            #expect(pending.ending == .exited(1))
            #expect(pending.standardOutput.contains(#""pendingSteps":["delete chat/Log [v2]"]"#))
            let json = try await Self.migrations("plan", "--json", "--config", file, "--data", data)
            // Nothing is in it, so nothing is lost.
            #expect(json.ending == .exited(0))
            #expect(json.standardOutput.contains(#""action":"delete""#))
            #expect(json.standardOutput.contains(#""losesObjects":false"#))
        }
    }

    @Test func `everything that is wrong with a configuration is told at once, with its place`() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(
                "name = 5\n[[migrations]]\nnew_classes = [7]\n[durable_objects]\nbindings = [{}]\n",
                to: "wrangler.toml"
            )
            for command in [
                ["migrations", "plan"], ["migrations", "apply"], ["serve", "--ephemeral", "--port", "0"],
            ] {
                let outcome = try await RoostBinary.run(command + ["--config", file])
                #expect(outcome.ending == .exited(78))
                for text in ["\(file):2:", "\"migrations[0].tag\"", "\"class_name\"", "new_classes.[0]"] {
                    #expect(outcome.standardError.contains(text), "\(outcome.standardError)")
                }
            }
            let usage = try await Self.migrations("plan", "--env", "staging")
            #expect(usage.ending == .exited(64))
            let missing = try await Self.migrations("plan", "--config", directory.path("none.toml"))
            #expect(missing.ending == .exited(78))
        }
    }

    @Test func `what stands in the way is an exit status and a fix`() async throws {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            let file = try directory.write(Self.config(Self.first), to: "wrangler.toml")
            _ = try await Self.migrations("apply", "--config", file, "--data", data)
            _ = try directory.write(
                Self.config("[[migrations]]\ntag = \"v1\"\nnew_classes = [\"Room\"]\n"),
                to: "wrangler.toml"
            )
            for command in ["plan", "apply"] {
                let outcome = try await Self.migrations(command, "--config", file, "--data", data)
                #expect(outcome.ending == .exited(1))
                #expect(outcome.standardOutput.contains("\"v1\" was edited after it was applied"))
                #expect(outcome.standardOutput.contains("Fix: Put it back as it was"))
                #expect(outcome.standardOutput.contains("\(file):"))
            }
        }
    }

    @Test func `what becomes of an exports map is told in the origin's lines`() async throws {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            func deploy(_ entries: String, _ command: String = "apply") async throws -> ChildProcess.Outcome {
                let text = "{ \"name\": \"chat\", \"exports\": { \(entries) } }"
                let file = try directory.write(text, to: "wrangler.jsonc")
                return try await Self.migrations(command, "--config", file, "--data", data)
            }
            let live = #""type": "durable-object", "storage": "sqlite""#
            let first = try await deploy("\"Room\": { \(live) }")
            #expect(first.ending == .exited(0), "\(first.standardError)")
            let head = "Applied.\nDurable Object exports reconciliation:\n"
            #expect(first.standardOutput.hasSuffix("\(head)  Created: Room\n"), "\(first.standardOutput)")
            let tombstone = #""Room": { "type": "durable-object", "state": "renamed", "renamed_to": "Hall" }"#
            let second = try await deploy("\(tombstone), \"Hall\": { \(live) }")
            #expect(second.standardOutput.hasSuffix("\(head)  Renamed: Room → Hall\n"), "\(second.standardOutput)")
            let third = try await deploy(#""Hall": { "type": "durable-object", "storage": "legacy-kv" }"#, "plan")
            #expect(third.ending == .exited(1))
            for text in [
                "1 problem, so nothing can be applied:\n  Durable Object exports reconciliation failed:\n",
                "✘ [storage_type_mismatch] class 'Hall': ", "Suggestion: Set `storage = \"sqlite\"`.",
                "Where: \(directory.path("wrangler.jsonc")):1:",
            ] {
                #expect(third.standardOutput.contains(text), "\(third.standardOutput)")
            }
        }
    }

    @Test func `environments have classes and histories of their own`() async throws {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            let file = try directory.write(
                Self.config(Self.first) + "[env.staging]\n[[env.staging.migrations]]\ntag = \"s1\"\n"
                    + "new_sqlite_classes = [\"Room\"]\n",
                to: "wrangler.toml"
            )
            for words in [[], ["--env", "staging"]] {
                let outcome = try await RoostBinary.run(
                    ["migrations", "apply", "--config", file, "--data", data] + words
                )
                #expect(outcome.ending == .exited(0), "\(outcome.standardError)")
            }
            let list = try await Self.migrations("list", "--data", data)
            #expect(
                list.standardOutput == """
                    chat
                      v1: new class Room, new class Log
                      classes: Log (legacy-kv), Room (legacy-kv)
                    chat-staging
                      s1: new SQLite class Room
                      classes: Room (sqlite)

                    """
            )
        }
    }

    @Test func `while a server has the data, plans are made and nothing is applied`() async throws {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            let file = try directory.write(Self.config(Self.first), to: "wrangler.toml")
            try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                let plan = try await Self.migrations("plan", "--config", file, "--data", data)
                #expect(plan.ending == .exited(0), "\(plan.standardError)")
                let apply = try await Self.migrations("apply", "--config", file, "--data", data)
                #expect(apply.ending == .exited(75))
                #expect(apply.standardError.contains("in use by process \(server.process.pid);"))
                let own = try await Self.migrations("status", "--data", data)
                #expect(own.ending == .exited(0))
                #expect(own.standardOutput.contains("roost: 2 migrations applied, the last is \"v2\""))
            }
        }
    }

    @Test func `help tells every command and every exit status`() async throws {
        let outcome = try await Self.migrations("--help")
        for command in ["plan", "apply", "list", "status"] { #expect(outcome.standardOutput.contains("  \(command) ")) }
        for status in [0, 1, 64, 65, 66, 73, 74, 75, 78] {
            #expect(outcome.standardOutput.contains("\n  \(status) "))
        }
    }
}
