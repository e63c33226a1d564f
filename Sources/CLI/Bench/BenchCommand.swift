import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this machine: ours against a baseline of the same run.",
        subcommands: [
            CallsCommand.self, StoreBenchCommand.self, AlarmsCommand.self, LifeCommand.self, SocketsCommand.self,
            HarnessCommand.self, ReadyCommand.self, PendingAlarmsCommand.self, SocketServerCommand.self,
        ]
    )
}

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Durable calls per second, against raw LMDB and against one SQLite file per object.",
        discussion: "Every durable call changes one key of one object and returns when the change is on the disk."
    )

    @Option(help: "How many objects the calls are spread over.")
    var objects = 10_000

    @Option(help: "How many callers call at the same time.")
    var clients = 256

    @Option(help: "How long each part runs, in seconds.")
    var seconds = 5

    @Option(help: "Where the temporary files go; the disk of this folder is what is measured.")
    var directory = "."

    @Flag(help: "Print one JSON object per row instead of a table.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(objects) else { throw ValidationError("--objects is 1 to 1,000,000.") }
        guard (1...10_000).contains(clients) else { throw ValidationError("--clients is 1 to 10,000.") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600.") }
    }

    func run() async throws {
        let folder = try TemporaryFolder(in: directory)
        defer { folder.remove() }
        let time = Duration.seconds(seconds)

        let calls = try await CallsMeasurement.run(
            folder: folder.path("roost"),
            objects: objects,
            clients: clients,
            time: time
        )
        let batch = max(1, Int(calls.batchSize.rounded()))
        let lmdb = try RawLMDBBaseline.run(
            folder: folder.path("lmdb"),
            keys: objects,
            batch: batch,
            time: time
        )
        let fileCount = min(objects, SQLiteFilesBaseline.filesMax)
        let files = try await SQLiteFilesBaseline.run(
            folder: folder.path("sqlite"),
            work: .counter,
            files: fileCount,
            threads: 1,
            time: time
        )
        let parallelFiles = try await SQLiteFilesBaseline.run(
            folder: folder.path("sqlite-parallel"),
            work: .counter,
            files: fileCount,
            threads: 8,
            time: time
        )
        let stub = try await StubMeasurement.run(folder: folder.path("stub"))

        var report = BenchReport()
        let name = "calls.durable.\(clients)"
        report.add(name, "1/s", ours: calls.load.perSecond, baseline: lmdb, "raw LMDB, \(batch) puts per commit")
        let perFile = "a SQLite file per object (WAL, full sync)"
        report.add(name, "1/s", ours: calls.load.perSecond, baseline: files, "\(perFile), one thread as at the origin")
        report.add(name, "1/s", ours: calls.load.perSecond, baseline: parallelFiles, "\(perFile), 8 threads")
        report.add("calls.commits.\(clients)", "1/s", ours: calls.commitsPerSecond)
        report.add("calls.batch.\(clients)", "calls/commit", ours: calls.batchSize)
        report.add("calls.p50.\(clients)", "us", ours: calls.load.latencies.percentile(0.50))
        report.add("calls.p99.\(clients)", "us", ours: calls.load.latencies.percentile(0.99))
        report.add("calls.stub", "us", ours: stub.stub, baseline: stub.direct, "a call to a plain actor")
        report.write(asJSON: json)
    }
}
