package import NIOCore
import Synchronization

/// The open connections of a server.
///
/// Bounded by the number of connections the server accepts.
package final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: ClientConnection] = [:]
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// How many connections are open.
    package var count: Int { state.withLock(\.connections.count) }

    /// Waits until no connection is open.
    ///
    /// Not to be cancelled: whoever has no patience closes the connections.
    package func emptied() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                guard !state.connections.isEmpty else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func remove(_ key: ObjectIdentifier) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.connections[key] = nil
            guard state.connections.isEmpty else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Enters a connection when it is accepted, and takes it out when it is closed.
    package func open(_ channel: any Channel) -> ClientConnection {
        let connection = ClientConnection(address: channel.remoteAddress?.ipAddress) {
            channel.close(promise: nil)
        }
        let key = ObjectIdentifier(channel)
        state.withLock { $0.connections[key] = connection }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.remove(key)
            connection.leave()
        }
        return connection
    }

    /// The connection a request came on.
    func connection(of context: EdgeContext) -> ClientConnection {
        switch context.origin {
        case .connection(let connection): connection
        case .channel(let channel):
            state.withLock { $0.connections[ObjectIdentifier(channel)] }
                ?? ClientConnection(address: channel.remoteAddress?.ipAddress)
        }
    }

    /// Whether the connection of a channel speaks HTTP no more.
    func isUpgrading(_ channel: any Channel) -> Bool {
        state.withLock { $0.connections[ObjectIdentifier(channel)] }?.isUpgrading ?? false
    }

    /// Closes every connection at once.
    package func closeAll() {
        for connection in state.withLock({ Array($0.connections.values) }) { connection.close() }
    }
}
