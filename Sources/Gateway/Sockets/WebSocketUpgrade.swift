package import RoostRuntime
import Synchronization

/// What becomes of a connection whose request is answered with 101.
///
/// A route makes one when everything has been decided; the connection takes it when the answer is written. If it never
/// comes to that, because the client has left meanwhile, the other side of the seam is told so.
package final class WebSocketUpgrade: Sendable {
    /// Connects what receives to what carries.
    package typealias Attach = @Sendable (any WebSocketTransport) -> any WebSocketReceiver

    private let attachment: Mutex<Attach?>
    private let abandoned: @Sendable () -> Void

    /// Creates an upgrade.
    ///
    /// - Parameters:
    ///   - abandoned: Called instead of `attach` when the connection was lost before the answer was written.
    ///   - attach: Called once, on the connection's event loop; must not block.
    package init(abandoned: @escaping @Sendable () -> Void = {}, attach: @escaping Attach) {
        attachment = Mutex(attach)
        self.abandoned = abandoned
    }

    deinit { abandon() }

    /// Connects; nil if that was done or given up already.
    func attach(_ transport: any WebSocketTransport) -> (any WebSocketReceiver)? {
        take()?(transport)
    }

    /// Gives up, unless it is connected.
    func abandon() {
        if take() != nil { abandoned() }
    }

    private func take() -> Attach? {
        attachment.withLock { attachment in
            defer { attachment = nil }
            return attachment
        }
    }
}
