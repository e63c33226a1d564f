import ArgumentParser
import RoostRuntime
import RoostScenarios
import RoostTesting

struct HarnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "harness",
        abstract:
            "How fast tests are: starting and stopping a runtime in memory, a virtual day, steps of the simulator."
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
        let day = try clock.measure { try VirtualDay.run() }
        report.add("harness.day", "ms", ours: day / .milliseconds(1))
        for scenario in [Scenarios.register, Scenarios.order, Scenarios.chat] {
            let start = (wall: clock.now, processor: ProcessorTime.now)
            let steps = Double(try simulate(scenario, seeds: 1...seeds).steps)
            let seconds = (
                wall: (clock.now - start.wall) / .seconds(1), processor: ProcessorTime.now - start.processor
            )
            report.add("simulate.\(scenario.name)", "steps/s", ours: steps / seconds.wall)
            report.add("simulate.\(scenario.name).cpu", "steps/s", ours: steps / max(seconds.processor, 0.000_001))
        }
        report.write(asJSON: json)
    }
}
