import FoundationEssentials
import Testing

/// `roost torture`: the real binary, on a real disk, killed in the middle of its writes.
@Suite(.timeLimit(.minutes(10)))
struct TortureTests {
    private struct Report: Decodable {
        let kills: Int
        let acknowledged: Int
        let found: Int
        let lost: Int
        let torn: Int
    }

    private func torture(_ arguments: [String]) async throws -> (outcome: ChildProcess.Outcome, report: Report) {
        try await TemporaryDirectory.with { directory in
            let all = ["torture", "--json", "--data", directory.path("store")] + arguments
            let outcome = try await RoostBinary.run(all)
            let data = Data(outcome.standardOutput.utf8)
            return (outcome, try JSONDecoder().decode(Report.self, from: data))
        }
    }

    @Test func `nothing acknowledged is lost, and no turn is torn`() async throws {
        let (outcome, report) = try await torture(["--kills", "5"])
        #expect(outcome.ending == .exited(0))
        #expect(report.kills == 5)
        #expect(report.acknowledged > 300)
        #expect(report.found == report.acknowledged)
        #expect(report.lost == 0)
        #expect(report.torn == 0)
    }

    @Test func `a process that acknowledges too early is found out`() async throws {
        let (outcome, report) = try await torture(["--kills", "20", "--acknowledge-early"])
        #expect(outcome.ending == .exited(1))
        #expect(report.lost > 0)
    }
}
