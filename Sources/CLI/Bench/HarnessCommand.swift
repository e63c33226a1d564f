import ArgumentParser
import RoostRuntime
import RoostScenarios
import RoostTesting

struct HarnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "harness",
        abstract: "How fast tests are: starting and stopping a runtime in memory, and steps of the simulator."
    )

    @Option(help: "How many runtimes are started and stopped.")
    var runtimes = 2_000

    @Option(help: "How many seeds are simulated.")
    var seeds: UInt64 = 500

    @Flag(help: "Print one JSON object per row instead of a table.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(runtimes) else { throw ValidationError("--runtimes is 1 to 1,000,000.") }
        guard (1...10_000_000).contains(seeds) else { throw ValidationError("--seeds is 1 to 10,000,000.") }
    }

    func run() throws {
        let clock = ContinuousClock()
        var latencies = Latencies()
        for _ in 0..<runtimes {
            let time = try clock.measure { _ = try RoostTest { try $0.register(BenchCounter.self) } }
            latencies.add(time)
        }
        var report = BenchReport()
        report.add("harness.startstop.p50", "us", ours: latencies.percentile(0.50))
        report.add("harness.startstop.p99", "us", ours: latencies.percentile(0.99))
        for scenario in [Scenarios.register, Scenarios.chat] {
            let start = clock.now
            let steps = try simulate(scenario, seeds: 1...seeds).steps
            report.add(
                "simulate.\(scenario.name)",
                "steps/s",
                ours: Double(steps) / ((clock.now - start) / .seconds(1))
            )
        }
        report.write(asJSON: json)
    }
}
