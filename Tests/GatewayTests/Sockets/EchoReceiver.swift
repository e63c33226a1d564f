import HTTPTypes
import HummingbirdCore
import RoostRuntime
import Synchronization

@testable import RoostGateway

/// Sends back what comes, and does what some messages ask for.
struct EchoReceiver: WebSocketReceiver {
    let transport: any WebSocketTransport
    let log: SocketLog

    func received(_ message: WebSocketMessage) async {
        guard case .text(let text) = message else { return transport.send(message) }
        let words = text.split(separator: " ")
        switch words.first {
        case "close": transport.close(code: words.count > 1 ? UInt16(words[1]) : nil, reason: "as you wish")
        case "drop": transport.drop()
        case "wait": await log.gate.wait()
        case "much":
            let piece = WebSocketMessage.binary([UInt8](repeating: 7, count: 64 * 1024))
            for _ in 0..<(words.count > 1 ? Int(words[1]) ?? 0 : 0) { transport.send(piece) }
            transport.close(code: 1000, reason: "")
        case "flood":
            // As much as the client does not take, and then no more of it.
            let piece = WebSocketMessage.binary([UInt8](repeating: 7, count: 64 * 1024))
            while transport.pendingBytes < 8 << 20 { transport.send(piece) }
            log.note("flooded")
            transport.drop()
        default: transport.send(message)
        }
        log.note(text.utf8.count < 100 ? text : "…")
    }

    func closed(code: UInt16?, reason: String) async {
        log.note("closed \(code.map(String.init) ?? "-") \(reason)")
    }

    func vanished() async { log.note("vanished") }

    func failed(_ error: WebSocketError) async { log.note("failed \(error.closeCode.map(String.init) ?? "-")") }
}

/// What the receivers of a test have heard, in order.
final class SocketLog: Sendable {
    let gate = AsyncFlag()
    private let stream: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(100_000)) }

    func note(_ line: String) { continuation.yield(line) }

    /// Waits for the next line that one of `wanted` begins; skips others.
    func next(_ wanted: String...) async -> String? {
        for await line in stream where wanted.contains(where: line.hasPrefix) { return line }
        return nil
    }

    /// Adds `/echo`, which upgrades whoever may, and `/limited`, which counts it besides.
    func route(_ table: inout RouteTable<EdgeRoute>) {
        for (path, group) in [("/echo", RouteGroup.operations), ("/limited", .sessions)] {
            table.add(.get, path, group) { [self] request in
                let handshake = try request.handshake()
                return try request.upgrade(handshake, subprotocol: handshake.offered.first) {
                    EchoReceiver(transport: $0, log: self)
                }
            }
            table.add(.post, path, group) { request in
                _ = try request.handshake()
                throw EdgeError.notFound("route")
            }
        }
    }
}

/// Lets tasks wait until something is so.
final class AsyncFlag: Sendable {
    private struct State {
        var isSet = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSet = state.withLock { state in
                if !state.isSet { state.waiters.append(continuation) }
                return state.isSet
            }
            if isSet { continuation.resume() }
        }
    }

    func set() {
        let waiters = state.withLock { state in
            state.isSet = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
