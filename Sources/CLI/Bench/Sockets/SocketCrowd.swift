import NIOCore
import Synchronization

/// Asks for many WebSockets at once, beside some that talk all the time: each shall be answered, and nobody else
/// harmed.
struct SocketCrowd: Sendable {
    struct Result: Sendable {
        /// How many were agreed to, were refused with an answer, and got neither.
        var agreed = 0
        var refused = 0
        var lost = 0
        /// What the first of the latter came to.
        var loss: (any Error)?
        var seconds = 0.0
        /// How many of those agreed to sent their echo back afterwards.
        var echoed = 0
        /// The most memory that the server's process held meanwhile, above what it held before, for each.
        var peakBytesEach = 0.0
        /// Those who talk, before and meanwhile.
        var before = SocketTalk.Result()
        var meanwhile = SocketTalk.Result()
        /// How many of them are there at the end.
        var talkersLeft = 0
    }

    /// How many talk all the time.
    static let talkers = 32

    let count: Int
    let port: Int
    let process: Substring
    let path: @Sendable (Int) -> String
    let seconds: Int

    func run() async throws -> Result {
        let talk = SocketTalk()
        let talking = try await talk.open(Self.talkers, port: port) { _ in "/objects/ECHO/talkers" }
        let echoes = Echoes()
        var result = Result()
        result.before = try await talk.echo(on: talking, "echo", for: .seconds(seconds))
        let before = ProcessMemory.bytes(of: process)
        let memory = Task { () -> Int in
            var peak = 0
            while !Task.isCancelled {
                peak = max(peak, ProcessMemory.bytes(of: process))
                try? await Task.sleep(for: .milliseconds(50))
            }
            return peak
        }
        let open = Mutex(true)
        async let chatter = talk.echo(on: talking, "echo", while: { open.withLock { $0 } })
        let start = ContinuousClock.now
        let channels = await arrive(echoes, &result)
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        open.withLock { $0 = false }
        result.meanwhile = try await chatter
        for channel in channels { channel.writeAndFlush(SocketClient.frame("here"), promise: nil) }
        // Whoever is there answers within this time or not at all.
        for _ in 0..<100 where echoes.count < channels.count { try await Task.sleep(for: .milliseconds(100)) }
        result.echoed = echoes.count
        memory.cancel()
        result.peakBytesEach = Double(max(0, await memory.value - before)) / Double(count)
        result.talkersLeft = talking.filter { $0.isActive }.count
        return result
    }

    /// Asks for all at the same time, and waits until each has its answer.
    private func arrive(_ echoes: Echoes, _ result: inout Result) async -> [any Channel] {
        var channels: [any Channel] = []
        await withTaskGroup(of: Outcome.self) { group in
            for number in 0..<count {
                group.addTask { [path, port] in
                    do {
                        return .agreed(
                            try await SocketClient.open(port: port, path: path(number)) { _ in echoes.add() }
                        )
                    } catch let refusal as SocketClient.Refused where refusal.isAnswer {
                        return .refused
                    } catch {
                        return .lost(error)
                    }
                }
            }
            for await outcome in group {
                switch outcome {
                case .agreed(let channel): channels.append(channel)
                case .refused: result.refused += 1
                case .lost(let error):
                    result.lost += 1
                    if result.loss == nil { result.loss = error }
                }
            }
        }
        result.agreed = channels.count
        return channels
    }

    private enum Outcome: Sendable {
        case agreed(any Channel)
        case refused
        case lost(any Error)
    }

    /// Counts what comes back.
    private final class Echoes: Sendable {
        private let number = Atomic(0)

        var count: Int { number.load(ordering: .relaxed) }

        func add() { number.add(1, ordering: .relaxed) }
    }
}

extension SocketCrowd.Result {
    func add(to report: inout BenchReport, of count: Int) {
        let name = "sockets.crowd.\(count)"
        report.add("\(name).agreed", "sockets", ours: Double(agreed))
        report.add("\(name).refused", "sockets", ours: Double(refused))
        report.add("\(name).lost", "sockets", ours: Double(lost))
        if let loss { print("Lost: \(loss)") }
        report.add("\(name).echoed", "sockets", ours: Double(echoed))
        report.add("\(name).time", "s", ours: seconds)
        report.add("\(name).peak", "bytes", ours: peakBytesEach)
        report.add(
            "\(name).talkers",
            "sockets",
            ours: Double(talkersLeft),
            baseline: Double(SocketCrowd.talkers),
            "at first"
        )
        for (label, part) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
            report.add(
                "\(name).talk.\(label)",
                "us",
                ours: meanwhile.latencies.percentile(part),
                baseline: before.latencies.percentile(part),
                "before the crowd"
            )
        }
    }
}
