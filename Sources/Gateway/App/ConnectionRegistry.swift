package import NIOCore
import Synchronization

/// The open connections of a server.
///
/// Bounded by the number of connections the server accepts.
package final class ConnectionRegistry: Sendable {
    private let connections = Mutex<[ObjectIdentifier: ClientConnection]>([:])

    package init() {}

    /// How many connections are open.
    package var count: Int { connections.withLock(\.count) }

    /// Enters a connection when it is accepted, and takes it out when it is closed.
    package func open(_ channel: any Channel) -> ClientConnection {
        let connection = ClientConnection(address: channel.remoteAddress?.ipAddress) {
            channel.close(promise: nil)
        }
        let key = ObjectIdentifier(channel)
        connections.withLock { $0[key] = connection }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.connections.withLock { _ = $0.removeValue(forKey: key) }
            connection.leave()
        }
        return connection
    }

    /// The connection a request came on.
    func connection(of context: EdgeContext) -> ClientConnection {
        switch context.origin {
        case .connection(let connection): connection
        case .channel(let channel):
            connections.withLock { $0[ObjectIdentifier(channel)] }
                ?? ClientConnection(address: channel.remoteAddress?.ipAddress)
        }
    }

    /// Closes every connection at once.
    package func closeAll() {
        for connection in connections.withLock({ Array($0.values) }) { connection.close() }
    }
}
