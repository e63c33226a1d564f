import Synchronization

/// What the service knows of a client's connection: where it comes from, and whether somebody is still there.
///
/// Isolation: may be used from any thread. Callbacks run once, on the thread that noticed, outside all locks.
package final class ClientConnection: Sendable {
    private struct State {
        var hasLeft = false
        var callbacks: [Int: @Sendable () -> Void] = [:]
        var nextCallback = 0
        var upgrade: WebSocketUpgrade?
        var isUpgrading = false
        var closing: @Sendable () -> Void
    }

    /// Where the client's socket is, read once for all requests of the connection.
    package struct Peer: Sendable {
        /// The address, without port, in the one form it is written in.
        package let text: String
        /// `nil` when the text is no address.
        let address: IPAddress?

        /// Reads an address.
        package init(_ text: String) {
            address = IPAddress(text)
            self.text = address?.description ?? text
        }
    }

    /// The client's socket; `nil` if the transport has no addresses.
    package let peer: Peer?

    private let state: Mutex<State>

    /// Describes a connection.
    ///
    /// - Parameters:
    ///   - address: the socket's address.
    ///   - close: closes the connection at once.
    package init(address: String?, close: @escaping @Sendable () -> Void = {}) {
        peer = address.map(Peer.init)
        state = Mutex(State(closing: close))
    }

    /// Whether the client has closed its side.
    package var hasLeft: Bool { state.withLock(\.hasLeft) }

    /// Calls `callback` when the client leaves; at once if it has left already.
    ///
    /// - Returns: what ``forget(_:)`` takes to make that undone.
    package func whenLeft(_ callback: @escaping @Sendable () -> Void) -> Int {
        let number = state.withLock { state -> Int? in
            guard !state.hasLeft else { return nil }
            state.nextCallback += 1
            state.callbacks[state.nextCallback] = callback
            return state.nextCallback
        }
        if let number { return number }
        callback()
        return 0
    }

    /// Takes a callback back.
    package func forget(_ number: Int) {
        state.withLock { _ = $0.callbacks.removeValue(forKey: number) }
    }

    /// The client has left: told by the transport.
    package func leave() {
        let (callbacks, upgrade) = state.withLock { state in
            guard !state.hasLeft else { return ([] as [@Sendable () -> Void], nil as WebSocketUpgrade?) }
            state.hasLeft = true
            defer {
                state.callbacks = [:]
                state.upgrade = nil
            }
            return (state.callbacks.sorted { $0.key < $1.key }.map(\.value), state.upgrade)
        }
        upgrade?.abandon()
        for callback in callbacks { callback() }
    }

    /// Closes the connection at once, whatever is under way.
    package func close() {
        let closing = state.withLock(\.closing)
        closing()
        leave()
    }

    // MARK: Becoming a WebSocket

    /// Whether the connection speaks HTTP no more, or will not after the answer that is being written.
    package var isUpgrading: Bool { state.withLock(\.isUpgrading) }

    /// Says what the connection becomes when the present request is answered with 101.
    package func offer(_ upgrade: WebSocketUpgrade) {
        let hasLeft = state.withLock { state in
            guard !state.hasLeft else { return true }
            state.upgrade = upgrade
            state.isUpgrading = true
            return false
        }
        if hasLeft { upgrade.abandon() }
    }

    /// Takes the offer back: the answer became another one.
    package func withdrawOffer() {
        let upgrade = state.withLock { state in
            defer {
                state.upgrade = nil
                state.isUpgrading = false
            }
            return state.upgrade
        }
        upgrade?.abandon()
    }

    /// Takes up the offer.
    package func takeOffer() -> WebSocketUpgrade? {
        state.withLock { state in
            defer { state.upgrade = nil }
            return state.upgrade
        }
    }

    /// The connection is a WebSocket now, and closed in another way.
    package func becomes(closedBy close: @escaping @Sendable () -> Void) {
        state.withLock { $0.closing = close }
    }
}
