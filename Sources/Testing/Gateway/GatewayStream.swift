public import HTTPTypes
public import NIOCore
import RoostGateway

/// An answer that is read while it is being written.
///
/// The service waits with each piece until it is asked for, so a test decides how slow the reader is.
public struct GatewayStream: Sendable {
    /// The answer's status.
    public let status: HTTPResponse.Status
    /// The answer's headers.
    public let headers: HTTPFields

    let relay: FrameRelay<ByteBuffer>
    let connection: ClientConnection

    /// The next piece, or `nil` after the last.
    public func next() async -> ByteBuffer? {
        guard case .item(let piece) = await relay.next() else { return nil }
        relay.acknowledge()
        return piece
    }

    /// Everything that is left, as text.
    public func rest() async -> String {
        var text = ""
        while let piece = await next() { text += String(buffer: piece) }
        return text
    }

    /// Whether the connection is closed, by whichever side.
    public var hasEnded: Bool { connection.hasLeft }

    /// Closes the connection from the client's side.
    public func leave() {
        relay.close()
        connection.leave()
    }
}
