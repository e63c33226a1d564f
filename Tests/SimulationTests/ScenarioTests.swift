import RoostScenarios
public import RoostTesting
public import Testing

/// Roost under its own simulator.
struct ScenarioTests {
    @Test(arguments: Scenarios.all)
    func `a scenario keeps its promises`(scenario: SimulationScenario) throws {
        let report = try simulate(scenario, seeds: 1...100)
        #expect(report.seeds == 100)
        #expect(report.counts.calls > 1_000)
    }

    @Test func `every fault shows itself`() throws {
        let report = try simulate(Scenarios.catalog, seeds: 1...100)
        for fault in StandardFaults.all {
            #expect(report.seen[fault.name, default: 0] > 0, "\(fault.name)")
        }
    }
}

extension SimulationScenario: CustomTestStringConvertible {
    /// Scenarios go by their names in test reports.
    public var testDescription: String { name }
}
