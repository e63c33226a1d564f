import RoostScenarios
import RoostTesting
import Testing

/// The same seed does the same, always.
struct DeterminismTests {
    @Test(arguments: Scenarios.all)
    func `the same seed gives the same trace`(scenario: SimulationScenario) throws {
        let first = try simulate(scenario, seeds: 1...5)
        let second = try simulate(scenario, seeds: 1...5)
        #expect(first.digest == second.digest)
        #expect(first.steps == second.steps)
        #expect(try simulate(scenario, seeds: 6...10).digest != first.digest)
    }

    @Test func `the same seed gives the same trace in another process`() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            for scenario in Scenarios.all { print("digest \(try simulate(scenario, seeds: 1...3).digest)") }
        }
        let printed = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix("digest ") }.map(String.init)
        let expected = try Scenarios.all.map { "digest \(try simulate($0, seeds: 1...3).digest)" }
        #expect(printed == expected)
    }
}
