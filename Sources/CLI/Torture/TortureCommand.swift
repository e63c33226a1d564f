import ArgumentParser
import FoundationEssentials
import Glibc
import RoostRuntime

struct TortureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "torture",
        abstract: "Kill a process in the middle of its writes, again and again, and look for what it had acknowledged.",
        discussion: """
            Each life opens the store, says what it finds, and writes until it is killed: after a number of \
            acknowledgements and a moment, both drawn from the seed, or while it opens the store. Ends with status 1 \
            if anything acknowledged is lost, or any turn is torn.
            """
    )

    @Option(help: "How many times it is killed.")
    var kills: Int?

    @Option(help: "For how many seconds it goes on, if --kills is not given. (default: 60)")
    var seconds: Int?

    @Option(help: "How many objects are written to at the same time.")
    var objects = 64

    @Option(help: "The directory of the store; it must not exist yet. By default a temporary one, removed at the end.")
    var data: String?

    @Option(help: "What the moments of the kills are drawn from.")
    var seed: UInt64 = 1

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: ArgumentHelp("Acknowledge before it is durable: shows that a loss is noticed.", visibility: .hidden))
    var acknowledgeEarly = false

    private struct Report: Encodable {
        let kills: Int
        let killsAtStart: Int
        let seconds: Double
        let acknowledged: Int
        let found: Int
        let lost: Int
        let torn: Int
        let invented: Int
    }

    func validate() throws {
        guard (1...10_000).contains(objects) else { throw ValidationError("--objects is 1 to 10,000.") }
        if let kills, kills < 1 { throw ValidationError("--kills is at least 1.") }
        if let seconds, seconds < 1 { throw ValidationError("--seconds is at least 1.") }
        if let data, access(data, F_OK) == 0 { throw ValidationError("\(data) exists; --data must be new.") }
    }

    func run() throws {
        let folder = data == nil ? try TemporaryFolder(in: ".") : nil
        defer { folder?.remove() }
        guard let directory = data ?? folder?.path("store") else { return }
        let random = SeededRandomSource(seed: seed)
        let clock = ContinuousClock()
        let start = clock.now
        let end = kills == nil ? start + .seconds(seconds ?? 60) : nil
        var ledger = TortureLedger()
        var killed = 0
        var killedAtStart = 0
        while kills.map({ killed < $0 }) ?? true, end.map({ clock.now < $0 }) ?? true, ledger.isClean {
            let isAtStart = random.next() % 6 == 0
            try live(directory, random, isAtStart: isAtStart, &ledger)
            killed += 1
            if isAtStart { killedAtStart += 1 }
        }
        var last = try OwnProcess(["torture-worker"] + arguments(directory) + ["--verify-only"])
        while let line = last.nextLine() { try accept(line, &ledger) }
        guard last.end() == .clean else {
            throw OwnProcess.Failure(description: "The store could not be opened at the end.")
        }
        let report = Report(
            kills: killed,
            killsAtStart: killedAtStart,
            seconds: ((clock.now - start) / .milliseconds(1)).rounded() / 1_000,
            acknowledged: ledger.acknowledged,
            found: ledger.found,
            lost: ledger.lost,
            torn: ledger.torn,
            invented: ledger.invented
        )
        try write(report)
        if !ledger.isClean { throw ExitCode.failure }
    }

    /// One life of a worker, from its start to its kill.
    private func live(
        _ directory: String,
        _ random: SeededRandomSource,
        isAtStart: Bool,
        _ ledger: inout TortureLedger
    ) throws {
        var worker = try OwnProcess(["torture-worker"] + arguments(directory))
        let delay = UInt32(random.next() % (isAtStart ? 60_000 : 10_000))
        var remaining = 64 + Int(random.next() % 4_096)
        if isAtStart {
            usleep(delay)
            worker.kill()
        }
        while let line = worker.nextLine() {
            try accept(line, &ledger)
            guard !isAtStart, line.hasPrefix("acknowledged") else { continue }
            remaining -= 1
            if remaining == 0 {
                usleep(delay)
                worker.kill()
            }
        }
        guard worker.end() == .killed, isAtStart || remaining <= 0 else {
            throw OwnProcess.Failure(description: "A worker ended before it was killed; its message stands above.")
        }
    }

    private func arguments(_ directory: String) -> [String] {
        ["--data", directory, "--objects", "\(objects)"] + (acknowledgeEarly ? ["--acknowledge-early"] : [])
    }

    private func accept(_ line: Substring, _ ledger: inout TortureLedger) throws {
        guard ledger.take(line) else { throw OwnProcess.Failure(description: "The worker said “\(line)”.") }
    }

    private func write(_ report: Report) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
            return
        }
        print("kills         \(report.kills), of them \(report.killsAtStart) while the store was opened")
        print("seconds       \(report.seconds)")
        print("acknowledged  \(report.acknowledged)")
        print("found         \(report.found)")
        print("lost          \(report.lost)")
        print("torn          \(report.torn)")
        if report.invented > 0 { print("invented      \(report.invented)") }
    }
}
