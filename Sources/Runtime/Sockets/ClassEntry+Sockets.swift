import Distributed

extension ClassEntry {
    /// Brings an event of a WebSocket to its object, waking it if it sleeps.
    ///
    /// Returns when the handler has returned and what it has changed is durable; of the end of a socket also when what
    /// it has sent is handed over. A handler that throws concerns nobody but the observer. While the runtime drains,
    /// events still come: its sockets are being closed, and their objects hear of that. So do ends when the object has
    /// too much to do: there is one of each socket.
    ///
    /// - Throws: When the event could not be brought to the object, or the object was reset meanwhile.
    func deliver<Object: DurableObject>(
        _ type: Object.Type,
        _ sockets: ObjectSockets,
        _ record: SocketRecord,
        _ event: SocketEvent
    ) async throws {
        let activation = try await call(sockets.address, bytes: event.byteCount, entrance: event.entrance) {
            (object: isolated Object, activation) in
            // The socket was cut off while its event waited: this instance never had it.
            guard record.home === sockets else { return activation }
            let timer = sockets.eventTimeout.map { timeout in
                activation.entry.roost.clock.schedule(after: timeout) { [weak activation] in
                    activation?.reset(because: RoostError.eventTooLong)
                }
            }
            defer { if let timer { activation.entry.roost.clock.cancel(timer) } }
            let socket = WebSocket(record, of: activation)
            do {
                switch event {
                case .message(let message): try await object.webSocketMessage(socket, message)
                case .ended(.closed(let close)): try await object.webSocketClosed(socket, close)
                case .ended(.failed(let error)): try await object.webSocketFailed(socket, error)
                }
            } catch {
                if activation.isOpen {
                    activation.entry.roost.observer.webSocketHandlerFailed(activation.address, error)
                }
            }
            return activation
        }
        if case .ended = event { await activation.outbox.flushed() }
    }
}

/// Sockets, for those who look at the runtime from outside.
extension Roost {
    /// How many WebSockets an object has, whether it is awake or asleep.
    ///
    /// - Throws: ``RoostError/Code/unknownClass``.
    public func webSocketCount<Object: DurableObject>(of stub: Object) throws(RoostError) -> Int {
        try entry(of: stub.id.classKey).sockets.existing(stub.id.id.raw)?.count ?? 0
    }

    /// Drops the sockets of an object without a word: their other sides see code 1006.
    func dropSockets(_ address: ObjectAddress) throws(RoostError) {
        try entry(of: address.classKey).sockets.take(address.id.raw)?.cutOff()
    }
}
