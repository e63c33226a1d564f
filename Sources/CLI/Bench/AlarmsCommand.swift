import ArgumentParser
import FoundationEssentials
import RoostRuntime

struct AlarmsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms",
        abstract: "Alarms: setting very many, having them pending, firing them all at once, and how late they come.",
        discussion: "The names of the rows are explained in docs/benchmarks.md."
    )

    @Option(help: "How many alarms are pending.")
    var alarms = 1_000_000

    @Option(help: "How many alarms a second are due in the part that looks at lateness.")
    var rate = 2_000

    @Option(help: "How long that part lasts, in seconds.")
    var seconds = 10

    @Option(help: "Where the temporary files go; the disk of this folder is what is measured.")
    var directory = "."

    @Flag(help: "Print one JSON object per row instead of a table.")
    var json = false

    func validate() throws {
        guard (1...100_000_000).contains(alarms) else { throw ValidationError("--alarms is 1 to 100,000,000.") }
        guard (1...100_000).contains(rate) else { throw ValidationError("--rate is 1 to 100,000.") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600.") }
    }

    func run() async throws {
        let folder = try TemporaryFolder(in: directory)
        defer { folder.remove() }
        var report = BenchReport()
        let setting = try await AlarmSetting.run(folder: folder.path("alarms"), alarms: alarms)
        report.add("alarms.set", "1/s", ours: setting)
        let many = try PendingAlarmsCommand.inAnotherProcess(folder: folder.path("alarms"), alarms: alarms)
        report.add("alarms.pending.memory", "MiB", ours: many.pendingMebibytes)
        report.add("alarms.fired", "1/s", ours: many.perSecond)
        report.add("alarms.fired.memory", "MiB", ours: many.firingMebibytes)
        report.add("alarms.slept.memory", "MiB", ours: many.sleptMebibytes)
        let paced = try await PacedAlarms.run(folder: folder.path("paced"), rate: rate, seconds: seconds)
        report.add("alarms.late.p50.\(rate)", "ms", ours: paced.lateness.percentile(0.50) / 1_000)
        report.add("alarms.late.p99.\(rate)", "ms", ours: paced.lateness.percentile(0.99) / 1_000)
        report.add("alarms.late.max.\(rate)", "ms", ours: paced.latest / .milliseconds(1))
        report.add("alarms.early", "", ours: Double(many.early + paced.early))
        report.add("alarms.twice", "", ours: Double(many.twice + paced.twice))
        report.add("alarms.lost", "", ours: Double(many.lost + paced.lost))
        report.write(asJSON: json)
    }
}

/// Starts on a store with very many alarms, first while none is due, then when all are: a part of `bench alarms`, in a
/// process of its own so that the memory is this part's alone.
struct PendingAlarmsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pending-alarms", shouldDisplay: false)

    @Argument var folder: String
    @Argument var alarms: Int

    func run() async throws {
        let result = try await PendingAlarms.run(folder: folder, alarms: alarms)
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    static func inAnotherProcess(folder: String, alarms: Int) throws -> PendingAlarms {
        var process = try OwnProcess(["bench", "pending-alarms", folder, "\(alarms)"])
        let line = process.nextLine()
        guard process.end() == .clean, let line else {
            throw ReadyCommand.Failure(description: "The alarms could not be fired; the message stands above.")
        }
        return try JSONDecoder().decode(PendingAlarms.self, from: Data(line.utf8))
    }
}
