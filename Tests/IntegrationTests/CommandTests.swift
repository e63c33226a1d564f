import Testing

/// The commands that print and end.
@Suite(.timeLimit(.minutes(10)))
struct CommandTests {
    @Test func `version prints the version`() async throws {
        let outcome = try await RoostBinary.run(["version"])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.standardOutput.wholeMatch(of: /roost \d+\.\d+\.\d+\n/) != nil)
    }

    @Test func `help names the commands`() async throws {
        let outcome = try await RoostBinary.run(["--help"])
        #expect(outcome.ending == .exited(0))
        for command in ["serve", "migrations", "store", "bench", "simulate", "torture", "version"] {
            #expect(outcome.standardOutput.contains("  \(command) "))
        }
    }

    @Test func `the help of serve tells every flag and every exit status`() async throws {
        let outcome = try await RoostBinary.run(["serve", "--help"])
        #expect(outcome.ending == .exited(0))
        let flags = [
            "--config", "--env", "--migrate", "--allow-delete", "--host", "--port", "--data", "--tenants", "--profile",
            "--log-level", "--ephemeral",
        ]
        for flag in flags { #expect(outcome.standardOutput.contains("  \(flag)")) }
        for status in [0, 64, 65, 69, 70, 73, 74, 75, 78] {
            #expect(outcome.standardOutput.contains("\n  \(status) "))
        }
    }

    @Test func `an unknown command is one of usage`() async throws {
        let outcome = try await RoostBinary.run(["swerve"])
        #expect(outcome.ending == .exited(64))
    }
}
