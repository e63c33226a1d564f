import Synchronization

/// What the runtime keeps of one WebSocket, while its object sleeps and while it is awake.
///
/// Isolation: may be used from any thread. Transports are called outside the lock, by one thread at a time. Lock order:
/// an outbox, then its records.
final class SocketRecord: Sendable {
    private struct Contents: ~Copyable {
        var machine = SocketStateMachine()
        var number: UInt64 = 0
        var tags: [String] = []
        var attachment: ObjectBuffer.Value?
        var answered: Timestamp?
        var subprotocol: String?
        /// The sockets that it is one of; nil before it is accepted and after its end.
        var home: ObjectSockets?
    }

    private let contents = Mutex(Contents())

    /// Its place among the sockets of its object, in the order in which they were accepted.
    var number: UInt64 { contents.withLock { $0.number } }

    var tags: [String]? { contents.withLock { $0.machine.isAccepted ? $0.tags : nil } }

    var home: ObjectSockets? { contents.withLock { $0.home } }

    var attachment: ObjectBuffer.Value? { contents.withLock { $0.attachment } }

    func attach(_ value: ObjectBuffer.Value) { contents.withLock { $0.attachment = value } }

    /// When it was last answered without its object.
    var answered: Timestamp? { contents.withLock { $0.answered } }

    var subprotocol: String? { contents.withLock { $0.subprotocol } }

    func speak(_ subprotocol: String?) { contents.withLock { $0.subprotocol = subprotocol } }

    // MARK: Begin

    /// Becomes one of an object's sockets; false when it is one of somebody's.
    func accept(into home: ObjectSockets, number: UInt64, tags: [String]) -> Bool {
        contents.withLock { contents in
            guard contents.machine.accept() else { return false }
            contents.home = home
            contents.number = number
            contents.tags = tags
            return true
        }
    }

    var isFresh: Bool { contents.withLock { !$0.machine.isAccepted } }

    /// Whether its client end could still be connected.
    var isPending: Bool { contents.withLock { $0.machine.isPending } }

    /// Connects it.
    ///
    /// - Returns: Whether it could be; and if so, the sockets that it is one of. Without them it only says farewell.
    func attach(_ transport: any WebSocketTransport) -> (isAttached: Bool, home: ObjectSockets?) {
        let result = contents.withLock { contents -> (Bool, ObjectSockets?) in
            guard contents.machine.attach(transport) else { return (false, nil) }
            return (true, contents.home)
        }
        drain()
        return result
    }

    // MARK: Out

    /// Whether the object may send.
    var permission: SocketStateMachine.Permission { contents.withLock { $0.machine.permission } }

    /// The object calls close; nil when it may.
    func close() -> SocketStateMachine.Permission? {
        contents.withLock { $0.machine.close() ? nil : $0.machine.permission }
    }

    /// Counts something that the object has sent and that may not leave yet.
    func hold(_ command: SocketStateMachine.Command) { contents.withLock { $0.machine.hold(command) } }

    /// Hands something over that may leave; gives the socket up when its other side takes too little.
    ///
    /// - Parameters:
    ///   - max: How many bytes may wait for the other side.
    ///   - wasHeld: Whether it was counted by `hold`.
    func hand(_ command: SocketStateMachine.Command, max: Int, wasHeld: Bool = false) {
        guard contents.withLock({ $0.machine.submit(command, max: max, wasHeld: wasHeld) }) else {
            home?.giveUp(self)
            return
        }
        drain()
    }

    /// Answers without the object, unless it has closed the socket.
    func answer(_ text: String, at moment: Timestamp, max: Int) {
        let isTaken = contents.withLock { contents -> Bool? in
            guard case .granted = contents.machine.permission else { return nil }
            guard contents.machine.submit(.send(.text(text)), max: max) else { return false }
            contents.answered = moment
            return true
        }
        switch isTaken {
        case nil: break
        case true?: drain()
        case false?: home?.giveUp(self)
        }
    }

    private func drain() {
        guard contents.withLock({ $0.machine.drain() }) else { return }
        while let (transport, command) = contents.withLock({ $0.machine.next() }) {
            switch command {
            case .send(let message): transport.send(message)
            case .close(let code, let reason): transport.close(code: code, reason: reason)
            }
        }
    }

    // MARK: In

    func beginEvent() -> Bool { contents.withLock { $0.machine.beginEvent() } }

    func endEvent() -> SocketStateMachine.Ending? { contents.withLock { $0.machine.endEvent() } }

    // MARK: End

    func end(_ ending: SocketStateMachine.Ending) -> SocketStateMachine.Ending? {
        contents.withLock { $0.machine.end(ending) }
    }

    func giveUp(_ error: WebSocketError) -> SocketStateMachine.Ending? {
        defer { drain() }
        return contents.withLock { $0.machine.giveUp(error) }
    }

    /// The object was told of the end, or cannot be.
    func told(drops: Bool) {
        let transport = contents.withLock { contents in
            contents.home = nil
            return contents.machine.told(drops: drops)
        }
        transport?.drop()
    }

    func cutOff() {
        let transport = contents.withLock { contents in
            contents.home = nil
            return contents.machine.cutOff()
        }
        transport?.drop()
    }
}
