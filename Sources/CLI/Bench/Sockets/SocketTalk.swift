import NIOCore
import Synchronization

/// Opens WebSockets and talks over them, each waiting for its echo before it speaks again.
final class SocketTalk: Sendable {
    struct Result: Sendable {
        var perSecond = 0.0
        var latencies = Latencies()
    }

    private struct State {
        var isTalking = false
        var sent: [ObjectIdentifier: ContinuousClock.Instant] = [:]
        var latencies = Latencies()
        var text = ""
        /// Who speaks to all; nil while everybody talks for themselves.
        var speaker: (any Channel)?
        var listeners = 1
        var heard = 0
    }

    private let state = Mutex(State())
    private let clock = ContinuousClock()

    /// Opens as many WebSockets, some at a time.
    func open(_ count: Int, port: Int, path: @escaping @Sendable (Int) -> String) async throws -> [any Channel] {
        try await withThrowingTaskGroup(of: [any Channel].self) { group in
            let lanes = min(64, count)
            for lane in 0..<lanes {
                group.addTask { [self] in
                    var channels: [any Channel] = []
                    for number in stride(from: lane, to: count, by: lanes) {
                        channels.append(
                            try await SocketClient.open(port: port, path: path(number)) { self.received($0) }
                        )
                    }
                    return channels
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Has the sockets talk for a while, each waiting for its echo before it speaks again.
    func echo(on channels: [any Channel], _ text: String, for time: Duration) async throws -> Result {
        begin(text, speaker: nil)
        for channel in channels { speak(on: channel) }
        return try await end(after: time)
    }

    /// Has the sockets talk as long as something is so.
    func echo(
        on channels: [any Channel],
        _ text: String,
        while goesOn: @escaping @Sendable () -> Bool
    ) async throws -> Result {
        begin(text, speaker: nil)
        let start = clock.now
        for channel in channels { speak(on: channel) }
        while goesOn() { try await Task.sleep(for: .milliseconds(10)) }
        return result(after: clock.now - start)
    }

    /// Has one socket speak to all, again when all have heard it.
    func broadcast(on channels: [any Channel], for time: Duration) async throws -> Result {
        begin("*everybody", speaker: channels[0], listeners: channels.count)
        speak(on: channels[0])
        return try await end(after: time)
    }

    private func begin(_ text: String, speaker: (any Channel)?, listeners: Int = 1) {
        state.withLock { state in
            state.latencies = Latencies()
            state.isTalking = true
            state.text = text
            state.speaker = speaker
            state.listeners = listeners
            state.heard = 0
        }
    }

    private func end(after time: Duration) async throws -> Result {
        try await Task.sleep(for: time)
        return result(after: time)
    }

    private func result(after time: Duration) -> Result {
        state.withLock { state in
            state.isTalking = false
            let deliveries = state.latencies.count * state.listeners
            return Result(perSecond: Double(deliveries) / (time / .seconds(1)), latencies: state.latencies)
        }
    }

    private func speak(on channel: any Channel) {
        let text = state.withLock { state in
            state.sent[ObjectIdentifier(channel)] = clock.now
            return state.text
        }
        channel.writeAndFlush(SocketClient.frame(text), promise: nil)
    }

    private func received(_ channel: any Channel) {
        let next = state.withLock { state -> (any Channel)? in
            guard state.isTalking else { return nil }
            state.heard += 1
            guard state.heard % state.listeners == 0 else { return nil }
            let speaker = state.speaker ?? channel
            guard let sent = state.sent[ObjectIdentifier(speaker)] else { return nil }
            state.latencies.add(clock.now - sent)
            return speaker
        }
        if let next { speak(on: next) }
    }
}
