import ArgumentParser

struct StoreBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "The store: durable changes, reads, waking, a million objects; each against SQLite in files.",
        discussion: "The names of the rows are explained in docs/benchmarks.md."
    )

    @Option(help: "How many objects the changes are spread over.")
    var objects = 10_000

    @Option(help: "How many callers change at the same time; one part for each number.")
    var clients = [1, 8, 64, 256, 1_024]

    @Option(help: "How long each part runs, in seconds.")
    var seconds = 3

    @Option(help: "How many objects are made for the row `ready.million`; 0 leaves it out.")
    var million = 1_000_000

    @Option(help: "Which parts to measure, of: put, insert, read, wake, chat, overwrite, million. All by default.")
    var parts: [Part] = Part.allCases

    @Option(help: "Where the temporary files go; the disk of this folder is what is measured.")
    var directory = "."

    @Flag(help: "Print one JSON object per row instead of a table.")
    var json = false

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case put, insert, read, wake, chat, overwrite, million
    }

    func validate() throws {
        guard (1...1_000_000).contains(objects) else { throw ValidationError("--objects is 1 to 1,000,000.") }
        guard clients.allSatisfy((1...10_000).contains) else { throw ValidationError("--clients are 1 to 10,000.") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600.") }
        guard (0...100_000_000).contains(million) else { throw ValidationError("--million is 0 to 100,000,000.") }
    }

    func run() async throws {
        let folder = try TemporaryFolder(in: directory)
        defer { folder.remove() }
        var report = BenchReport()
        for part in parts {
            switch part {
            case .put: try await puts(folder, &report)
            case .insert: try await inserts(folder, &report)
            case .read: try await reads(folder, &report)
            case .wake: try await wakes(folder, &report)
            case .chat: try await chats(folder, &report)
            case .overwrite: try await overwrites(folder, &report)
            case .million: try await many(folder, &report)
            }
        }
        report.write(asJSON: json)
    }

    private func puts(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        let puts = try await WriteMeasurement.put(
            folder: folder.path("put"),
            objects: objects,
            clients: clients,
            time: .seconds(seconds)
        )
        try await add("put", puts, work: .put, folder, &report)
    }

    private func inserts(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        let inserts = try await WriteMeasurement.insert(
            folder: folder.path("insert"),
            objects: objects,
            clients: clients,
            time: .seconds(seconds)
        )
        try await add("sql.insert", inserts, work: .insert, folder, &report)
    }

    private func add(
        _ name: String,
        _ loads: [Load],
        work: NativeDatabase.Work,
        _ folder: TemporaryFolder,
        _ report: inout BenchReport
    ) async throws {
        let time = Duration.seconds(seconds)
        let files = min(objects, SQLiteFilesBaseline.filesMax)
        func baseline(_ kind: String, files: Int, threads: Int) async throws -> Double {
            try await SQLiteFilesBaseline.run(
                folder: folder.path("\(name)-\(kind)"),
                work: work,
                files: files,
                threads: threads,
                time: time
            )
        }
        let perObject = try await baseline("files", files: files, threads: 1)
        let perObjectParallel = try await baseline("files-parallel", files: files, threads: 8)
        let shared = try await baseline("shared", files: 1, threads: 1)
        for (count, load) in zip(clients, loads) {
            let row = "\(name).\(count)"
            report.add(row, "1/s", ours: load.perSecond, baseline: perObject, "a SQLite file per object, one thread")
            report.add(row, "1/s", ours: load.perSecond, baseline: perObjectParallel, "the same, 8 threads")
            report.add(row, "1/s", ours: load.perSecond, baseline: shared, "one shared SQLite file")
            report.add(row + ".p99", "us", ours: load.latencies.percentile(0.99))
        }
    }

    private func reads(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        let ours = try await ReadMeasurement.run(folder: folder.path("read"))
        let parts: [(String, Double, NativeDatabase.Work, Int)] = [
            ("read.key", ours.get, .get, 200_000), ("scan.1000", ours.scan, .scan, 500),
            ("sql.point", ours.point, .point, 100_000), ("sql.range.100", ours.range, .range, 5_000),
        ]
        for (name, value, work, runs) in parts {
            let database = try NativeDatabase(folder.path("\(name).sqlite"), work: work)
            let native = try database.microseconds(runs: runs)
            report.add(name, "us", ours: value, baseline: native, "native SQLite, warm cache")
        }
    }

    private func wakes(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        let times = try await WakeMeasurement.run(folder: folder.path("wake"), objects: min(objects, 2_000))
        let open = try NativeOpening.microseconds(folder: folder.path("open"), files: SQLiteFilesBaseline.filesMax)
        let baseline = "opening a SQLite file and reading 20 rows"
        report.add("wake.keys.p50", "us", ours: times.keys.percentile(0.5), baseline: open, baseline)
        report.add("wake.keys.p99", "us", ours: times.keys.percentile(0.99))
        report.add("wake.sql.p50", "us", ours: times.sql.percentile(0.5), baseline: open, baseline)
        report.add("wake.sql.p99", "us", ours: times.sql.percentile(0.99))
    }

    private func chats(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        let ours = try await ChatSizeMeasurement.ours(folder: folder.path("chat"), chats: 1_000)
        let files = try ChatSizeMeasurement.files(folder: folder.path("chat-file"))
        report.add("chat.20.bytes", "B", ours: ours, baseline: files, "a SQLite file per chat")
    }

    private func overwrites(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        let growth = try await OverwriteMeasurement.run(
            folder: folder.path("overwrite"),
            objects: min(objects, 1_000),
            time: .seconds(seconds)
        )
        report.add(
            "overwrite.bytes",
            "B",
            ours: growth.after,
            baseline: growth.before,
            "the same after a third of the time"
        )
        report.add("overwrite.puts", "puts", ours: growth.puts)
    }

    private func many(_ folder: TemporaryFolder, _ report: inout BenchReport) async throws {
        guard million > 0 else { return }
        let result = try await MillionMeasurement.run(folder: folder.path("million"), objects: million)
        report.add("create.million", "1/s", ours: Double(million) / result.createSeconds)
        report.add("create.million.bytes", "B each", ours: result.bytesEach)
        report.add("ready.million", "ms", ours: result.ready.milliseconds)
        report.add("ready.million.memory", "MiB", ours: Double(result.ready.residentBytes) / 1_048_576)
    }
}

/// Opening a database that was closed: what waking costs with a file per object.
enum NativeOpening {
    static func microseconds(folder: String, files: Int) throws -> Double {
        let rows = String(repeating: BenchDatabase.insert + ";", count: 20)
        let fill = NativeDatabase.Work(setUp: BenchDatabase.schema + rows, statement: BenchDatabase.point)
        for number in 0..<files { _ = try NativeDatabase("\(folder)-\(number).sqlite", work: fill) }
        let read = NativeDatabase.Work(setUp: "", statement: "SELECT id, at, body FROM notes ORDER BY id LIMIT 20")
        var latencies = Latencies()
        let clock = ContinuousClock()
        for number in 0..<files {
            let start = clock.now
            try NativeDatabase("\(folder)-\(number).sqlite", work: read).step()
            latencies.add(clock.now - start)
        }
        return latencies.percentile(0.5)
    }
}
