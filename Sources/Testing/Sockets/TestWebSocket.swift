public import RoostRuntime
import Synchronization

/// The other side of an object's WebSocket, in the test's own process: no port, no network, in virtual time.
///
/// ```swift
/// let socket = try await test.connect(to: room, path: "/ws?user=ada")
/// await socket.send("hello")
/// #expect(await socket.receive() == .message(.text("hello")))
/// ```
///
/// It answers a close as a browser does. What the object sends waits until it is received; when too much waits, the
/// runtime gives the socket up, as it does with one on the network.
///
/// Isolation: may be used from any thread.
public final class TestWebSocket: Sendable {
    /// What comes from the object.
    public enum Received: Sendable, Hashable {
        /// A message.
        case message(WebSocketMessage)
        /// The end; nothing comes after it.
        case closed(WebSocketClose)
    }

    /// The protocol that the object has chosen.
    public let subprotocol: String?

    private let line: TestSocketLine

    init(
        _ end: WebSocketClientEnd,
        subprotocol: String?,
        executor: (any TaskExecutor)?,
        arriving: (@Sendable (Received) -> Void)?
    ) {
        self.subprotocol = subprotocol
        line = TestSocketLine(executor: executor, arriving: arriving)
        line.begin(end.attach(line))
    }

    /// Sends a text; returns when the object has handled it, or the socket has ended.
    public func send(_ text: String) async { await send(.text(text)) }

    /// Sends bytes; returns when the object has handled them, or the socket has ended.
    public func send(_ bytes: [UInt8]) async { await send(.binary(bytes)) }

    /// Sends a message; returns when the object has handled it, or the socket has ended.
    public func send(_ message: WebSocketMessage) async { await line.tell(.message(message)) }

    /// The next message, or the end; waits for it.
    ///
    /// After the end it gives the end again. One task receives at a time.
    public func receive() async -> Received { await line.receive() }

    /// What has come and was not received.
    public var waiting: [Received] { line.waiting }

    /// How the socket has ended, received or not; nil while it is open.
    public var close: WebSocketClose? { line.ending }

    /// Sends a close frame; returns when the object has handled it.
    ///
    /// The answer is received as ``Received/closed(_:)``.
    public func close(code: UInt16? = nil, reason: String = "") async { await line.tell(.closed(code, reason)) }

    /// Ends the connection without a close frame, as a cut cable does; returns when the object has handled that.
    public func vanish() async { await line.tell(.vanished) }

    /// Breaks the protocol; returns when the object has handled that.
    public func fail(_ error: WebSocketError) async { await line.tell(.failed(error)) }
}

/// What carries a test's WebSocket.
///
/// Invariants
/// 1. The receiver is told one thing after the other, by one task, and of the end once.
/// 2. The test gets the end once; what comes after it is dropped.
private final class TestSocketLine: WebSocketTransport {
    enum Action: Sendable {
        case message(WebSocketMessage)
        case closed(UInt16?, String)
        case vanished
        case failed(WebSocketError)
    }

    private struct State {
        var receiver: (any WebSocketReceiver)?
        var inbox: [TestWebSocket.Received] = []
        var inboxBytes = 0
        var ending: WebSocketClose?
        var reader: CheckedContinuation<TestWebSocket.Received, Never>?
        var actions: [(Action, CheckedContinuation<Void, Never>?)] = []
        var isPumping = false
        /// The receiver was told of the end, or will be.
        var isTold = false
    }

    private let state = Mutex(State())
    private let executor: (any TaskExecutor)?
    private let arriving: (@Sendable (TestWebSocket.Received) -> Void)?

    init(executor: (any TaskExecutor)?, arriving: (@Sendable (TestWebSocket.Received) -> Void)?) {
        self.executor = executor
        self.arriving = arriving
    }

    func begin(_ receiver: any WebSocketReceiver) {
        let pumps = state.withLock { state in
            state.receiver = receiver
            state.isPumping = !state.actions.isEmpty
            return state.isPumping
        }
        if pumps { startPump() }
    }

    // MARK: From the object

    var pendingBytes: Int { state.withLock { $0.inboxBytes } }

    func send(_ message: WebSocketMessage) { arrive(.message(message)) }

    func close(code: UInt16?, reason: String) {
        arrive(.closed(WebSocketClose(code: code ?? 1_005, reason: reason, wasClean: true)))
        // The answer; nothing happens when this was one itself.
        add(.closed(code, reason), nil)
    }

    func drop() {
        arrive(.closed(.vanished))
        add(.vanished, nil)
    }

    private func arrive(_ received: TestWebSocket.Received) {
        let (reader, isNew) = state.withLock { state -> (CheckedContinuation<TestWebSocket.Received, Never>?, Bool) in
            guard state.ending == nil else { return (nil, false) }
            if case .closed(let close) = received { state.ending = close }
            if let reader = state.reader.take() { return (reader, true) }
            if case .message(let message) = received {
                state.inbox.append(received)
                state.inboxBytes += message.byteCount
            }
            return (nil, true)
        }
        if isNew { arriving?(received) }
        reader?.resume(returning: received)
    }

    // MARK: From the test

    func receive() async -> TestWebSocket.Received {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> TestWebSocket.Received? in
                if case .message(let message)? = state.inbox.first {
                    state.inboxBytes -= message.byteCount
                    return state.inbox.removeFirst()
                }
                if let ending = state.ending { return .closed(ending) }
                precondition(state.reader == nil, "Two tasks receive from one socket.")
                state.reader = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    var waiting: [TestWebSocket.Received] { state.withLock { $0.inbox + ($0.ending.map { [.closed($0)] } ?? []) } }

    var ending: WebSocketClose? { state.withLock { $0.ending } }

    /// Tells the object something; returns when it has handled it.
    func tell(_ action: Action) async {
        await withCheckedContinuation { continuation in add(action, continuation) }
    }

    private func add(_ action: Action, _ continuation: CheckedContinuation<Void, Never>?) {
        let (pumps, isDropped) = state.withLock { state -> (Bool, Bool) in
            guard !state.isTold else { return (false, true) }
            if case .message = action {} else { state.isTold = true }
            state.actions.append((action, continuation))
            guard state.receiver != nil, !state.isPumping else { return (false, false) }
            state.isPumping = true
            return (true, false)
        }
        if isDropped { continuation?.resume() }
        if pumps { startPump() }
    }

    private func startPump() {
        _ = Task.detached(name: "socket", executorPreference: executor) { await self.pump() }
    }

    private func pump() async {
        while let (receiver, action, continuation) = next() {
            switch action {
            case .message(let message): await receiver.received(message)
            case .closed(let code, let reason):
                await receiver.closed(code: code, reason: reason)
                // If the object has not closed it, it is answered alike.
                arrive(.closed(WebSocketClose(code: code ?? 1_005, reason: reason, wasClean: true)))
            case .vanished:
                arrive(.closed(.vanished))
                await receiver.vanished()
            case .failed(let error):
                await receiver.failed(error)
                arrive(.closed(WebSocketClose(code: error.closeCode ?? 1_006, reason: "", wasClean: false)))
            }
            continuation?.resume()
        }
    }

    private func next() -> (any WebSocketReceiver, Action, CheckedContinuation<Void, Never>?)? {
        state.withLock { state in
            guard let receiver = state.receiver, !state.actions.isEmpty else {
                state.isPumping = false
                return nil
            }
            let (action, continuation) = state.actions.removeFirst()
            return (receiver, action, continuation)
        }
    }
}
