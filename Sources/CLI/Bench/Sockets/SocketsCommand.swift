import ArgumentParser
import NIOCore
import RoostRuntime
import Synchronization

struct SocketsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sockets",
        abstract: "WebSockets: memory each, messages echoed per second, broadcasts, a crowd that comes at once.",
        discussion: "The server runs in a process of its own; memory is what that process holds, without the kernel's."
    )

    @Option(help: "How many WebSockets are open at once.")
    var sockets = 10_000

    @Option(help: "How many WebSockets talk at the same time.")
    var talkers = 256

    @Option(help: "How long each part runs, in seconds.")
    var seconds = 5

    @Option(help: "Which parts to measure, of: echo, broadcast, crowd. All by default.")
    var parts: [Part] = Part.allCases

    @Flag(help: "Print one JSON object per row instead of a table.")
    var json = false

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case echo, broadcast, crowd
    }

    func validate() throws {
        guard (1...30_000).contains(sockets) else { throw ValidationError("--sockets is 1 to 30,000.") }
        guard (1...sockets).contains(talkers) else { throw ValidationError("--talkers is 1 to --sockets.") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600.") }
    }

    /// How many sockets an object has while the sockets are many.
    private static let perObject = 100

    func run() async throws {
        let possible = ServeOpenFiles.raise(to: sockets + Self.others)
        var report = BenchReport()
        for part in parts {
            switch part {
            case .echo: try await echoes(&report)
            case .broadcast: try await broadcasts(&report)
            case .crowd where possible < sockets + Self.others:
                print("No crowd: this process may not open the files that \(sockets) sockets need; see ulimit -n.")
            case .crowd: try await crowd(&report)
            }
        }
        report.write(asJSON: json)
    }

    /// Sockets that are not those to be measured.
    private static let others = 64 + SocketCrowd.talkers

    private func echoes(_ report: inout BenchReport) async throws {
        let gateway = try await measure { _ in
            "/echo"
        } and: { talk, channels in
            [try await talk.echo(on: Array(channels.prefix(talkers)), "echo", for: .seconds(seconds))]
        }
        let objects = try await measure {
            "/objects/ECHO/\($0 / Self.perObject)"
        } and: { talk, channels in
            let talking = Array(channels.prefix(talkers))
            return [
                try await talk.echo(on: talking, "echo", for: .seconds(seconds)),
                try await talk.echo(on: talking, "+durable", for: .seconds(seconds)),
            ]
        }
        let without = "the gateway's part alone"
        report.add("sockets.memory", "bytes", ours: objects.bytesEach, baseline: gateway.bytesEach, without)
        report.add("sockets.open", "1/s", ours: objects.openedPerSecond, baseline: gateway.openedPerSecond, without)
        let base = gateway.talks[0]
        for (name, talk) in [("echo", objects.talks[0]), ("durable", objects.talks[1])] {
            report.add("sockets.\(name).\(talkers)", "1/s", ours: talk.perSecond, baseline: base.perSecond, without)
            for (label, part) in [("p50", 0.5), ("p99", 0.99)] {
                report.add(
                    "sockets.\(name).\(label)",
                    "us",
                    ours: talk.latencies.percentile(part),
                    baseline: base.latencies.percentile(part),
                    without
                )
            }
        }
    }

    private func broadcasts(_ report: inout BenchReport) async throws {
        let count = min(1_000, sockets)
        let room = try await measure(sockets: count) { _ in
            "/objects/ECHO/room"
        } and: { talk, channels in
            [try await talk.broadcast(on: channels, for: .seconds(seconds))]
        }
        report.add("sockets.broadcast.\(count)", "deliveries/s", ours: room.talks[0].perSecond)
        report.add("sockets.broadcast.p50", "us", ours: room.talks[0].latencies.percentile(0.5))
        report.add("sockets.broadcast.p99", "us", ours: room.talks[0].latencies.percentile(0.99))
    }

    private func crowd(_ report: inout BenchReport) async throws {
        let result = try await Self.withServer { port, process in
            try await SocketCrowd(
                count: sockets,
                port: port,
                process: process,
                path: { "/objects/ECHO/\($0 / Self.perObject)" },
                seconds: seconds
            ).run()
        }
        result.add(to: &report, of: sockets)
    }

    private struct Result {
        var bytesEach = 0.0
        var openedPerSecond = 0.0
        var talks: [SocketTalk.Result] = []
    }

    /// Measures against a server of its own.
    private func measure(
        sockets count: Int? = nil,
        path: @escaping @Sendable (Int) -> String,
        and talk: (SocketTalk, [any Channel]) async throws -> [SocketTalk.Result]
    ) async throws -> Result {
        let count = count ?? sockets
        return try await Self.withServer { port, process in
            var result = Result()
            let talker = SocketTalk()
            let before = ProcessMemory.bytes(of: process)
            let clock = ContinuousClock()
            let start = clock.now
            let channels = try await talker.open(count, port: port, path: path)
            result.openedPerSecond = Double(count) / ((clock.now - start) / .seconds(1))
            // Objects fall asleep meanwhile.
            try await Task.sleep(for: .seconds(15))
            result.bytesEach = Double(ProcessMemory.bytes(of: process) - before) / Double(count)
            result.talks = try await talk(talker, channels)
            return result
        }
    }

    /// Runs a server, which has had its first sockets, in a process of its own.
    private static func withServer<Value>(
        _ body: (_ port: Int, _ process: Substring) async throws -> Value
    ) async throws -> Value {
        var process = try OwnProcess(["bench", "socket-server"])
        let words = (process.nextLine() ?? "").split(separator: " ")
        let result: Swift.Result<Value, any Error>
        do {
            guard words.count == 2, let port = Int(words[0]), Int32(words[1]) != nil else {
                throw SocketClient.Refused(description: "The server did not start.")
            }
            // The first sockets make what all share.
            _ = try await SocketTalk().open(64, port: port, path: { _ in "/objects/ECHO/warm" })
            result = .success(try await body(port, words[1]))
        } catch {
            result = .failure(error)
        }
        process.kill()
        _ = process.end()
        return try result.get()
    }
}
