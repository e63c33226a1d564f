import Synchronization

/// What the service knows of a client's connection: where it comes from, and whether somebody is still there.
///
/// Isolation: may be used from any thread. Callbacks run once, on the thread that noticed, outside all locks.
package final class ClientConnection: Sendable {
    private struct State {
        var hasLeft = false
        var callbacks: [Int: @Sendable () -> Void] = [:]
        var nextCallback = 0
    }

    /// The socket's address, without port; `nil` if the transport has none.
    package let address: String?

    private let state = Mutex(State())
    private let closing: @Sendable () -> Void

    /// Describes a connection.
    ///
    /// - Parameters:
    ///   - address: the socket's address.
    ///   - close: closes the connection at once.
    package init(address: String?, close: @escaping @Sendable () -> Void = {}) {
        self.address = address
        self.closing = close
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
        let callbacks = state.withLock { state in
            guard !state.hasLeft else { return [] as [@Sendable () -> Void] }
            state.hasLeft = true
            defer { state.callbacks = [:] }
            return state.callbacks.sorted { $0.key < $1.key }.map(\.value)
        }
        for callback in callbacks { callback() }
    }

    /// Closes the connection at once, whatever is under way.
    package func close() {
        closing()
        leave()
    }
}
