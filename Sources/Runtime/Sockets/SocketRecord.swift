import Synchronization

/// What the runtime keeps of one WebSocket, while its object sleeps and while it is awake.
///
/// Isolation: may be used from any thread. Transports are called outside the lock, by one thread at a time.
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

    /// Connects it; returns the sockets that it is one of, or nil when it has ended.
    func attach(_ transport: any WebSocketTransport) -> ObjectSockets? {
        let home = contents.withLock { contents -> ObjectSockets? in
            guard contents.machine.attach(transport) else { return nil }
            return contents.home
        }
        drain()
        return home
    }

    // MARK: Out

    /// What is said to somebody who wants to send.
    enum Admission {
        case ready
        case refused(SocketStateMachine.Permission)
        /// The other side has taken too little of what was sent before.
        case tooSlow
    }

    /// Counts a message that the object sends, if it may.
    ///
    /// One message goes out whatever its size when nothing waits.
    func admit(_ command: SocketStateMachine.Command, max: Int) -> Admission {
        contents.withLock { contents in
            let permission = contents.machine.permission
            guard case .granted = permission else { return .refused(permission) }
            let waiting = contents.machine.pendingBytes + contents.machine.transportBytes
            if waiting > 0, waiting + command.weight > max { return .tooSlow }
            contents.machine.count(command)
            return .ready
        }
    }

    /// The object calls close; nil when it may.
    func close() -> SocketStateMachine.Permission? {
        contents.withLock { $0.machine.close() ? nil : $0.machine.permission }
    }

    /// Hands something over that was counted and may leave.
    func hand(_ command: SocketStateMachine.Command) {
        contents.withLock { $0.machine.submit(command) }
        drain()
    }

    /// Answers without the object.
    func answer(_ text: String, at moment: Timestamp, max: Int) -> Admission {
        let command = SocketStateMachine.Command.send(.text(text))
        let admission = admit(command, max: max)
        guard case .ready = admission else { return admission }
        contents.withLock { $0.answered = moment }
        hand(command)
        return admission
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
