package import Hummingbird
package import NIOCore

/// What the transport tells about a request: the connection it came on.
package struct EdgeContext: InitializableFromSource, Sendable {
    /// Where the request came from.
    package enum Origin: Sendable {
        /// A socket of the server's.
        case channel(any Channel)
        /// A caller in this process.
        case connection(ClientConnection)
    }

    package let origin: Origin

    /// Describes a request that came over a socket.
    package init(source: ApplicationRequestContextSource) {
        origin = .channel(source.channel)
    }

    /// Describes a request that was made in this process.
    package init(connection: ClientConnection) {
        origin = .connection(connection)
    }
}
