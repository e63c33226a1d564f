import ArgumentParser
import RoostRuntime

struct LifeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "life",
        abstract:
            "Very many objects, each touched once: the memory of the process while they come and when they sleep.",
        discussion: "Memory is what is not the file's. The names of the rows are explained in docs/benchmarks.md."
    )

    @Option(help: "How many objects are touched.")
    var objects = 1_000_000

    @Option(help: "How many callers touch them at the same time.")
    var clients = 256

    @Option(help: "How many rounds are made over the same objects; the second finds them asleep.")
    var rounds = 2

    @Option(help: "How long an object stays awake, in milliseconds.")
    var idle = 1_000

    @Option(help: "Where the temporary files go.")
    var directory = "."

    @Flag(help: "Print one JSON object per row instead of a table.")
    var json = false

    func validate() throws {
        guard (1...100_000_000).contains(objects) else { throw ValidationError("--objects is 1 to 100,000,000.") }
        guard (1...10_000).contains(clients) else { throw ValidationError("--clients is 1 to 10,000.") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds is 1 to 100.") }
        guard (1...60_000).contains(idle) else { throw ValidationError("--idle is 1 to 60,000.") }
    }

    func run() async throws {
        let folder = try TemporaryFolder(in: directory)
        defer { folder.remove() }
        var report = BenchReport()
        let idleTime = Duration.milliseconds(idle)
        let runtime = try BenchRuntime(folder: folder.path("life"), idleTime: idleTime)
        let keys = try runtime.roost.objects(of: BenchKeys.self)
        // What the first calls need once and for all.
        try await Load.once(objects: 1_000, clients: clients) { _ = try await keys.get("warm \($0)").read() }
        try await sleep(runtime, idleTime)
        report.add("life.memory.start", "MiB", ours: ProcessMemory.mebibytes)
        for round in 1...rounds {
            for part in 1...Self.parts {
                let first = objects * (part - 1) / Self.parts
                let count = objects * part / Self.parts - first
                let clock = ContinuousClock()
                let start = clock.now
                try await Load.once(objects: count, clients: clients) { index in
                    try await keys.get("object \(first + index)").put(1)
                }
                let perSecond = Double(count) / ((clock.now - start) / .seconds(1))
                let name = "life.\(round).\(part * 100 / Self.parts)%"
                report.add("\(name).rate", "1/s", ours: perSecond)
                report.add("\(name).awake", "objects", ours: Double(runtime.roost.health.liveInstances))
                report.add("\(name).memory", "MiB", ours: ProcessMemory.mebibytes)
            }
            try await sleep(runtime, idleTime)
            report.add("life.\(round).asleep.objects", "awake", ours: Double(runtime.roost.health.liveInstances))
            report.add("life.\(round).asleep.memory", "MiB", ours: ProcessMemory.mebibytes)
        }
        await runtime.end()
        report.write(asJSON: json)
    }

    private static let parts = 5

    /// Waits until all objects sleep.
    private func sleep(_ runtime: BenchRuntime, _ idleTime: Duration) async throws {
        try await Task.sleep(for: idleTime * 2 + .milliseconds(500))
    }
}
