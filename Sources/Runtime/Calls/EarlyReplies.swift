import Synchronization

/// What a caller has learnt from objects before it was durable.
///
/// A server that asks one object before it asks the next need not wait for the disk in between, as long as nothing
/// leaves the server before all of it is durable. So the gate is moved, not left out: replies to calls made inside
/// ``collect(_:)`` come at once, and ``passage()`` stands where the server itself answers.
///
/// Guarantee: when `passage()` has returned, everything that those replies depended on is durable; when one of the
/// commits failed, it throws.
///
/// Only for callers outside of objects: what one object tells another always waits.
///
/// Isolation: may be used from any thread.
package final class EarlyReplies: Sendable {
    @TaskLocal static var current: EarlyReplies?

    private let tickets = Mutex<[(gate: OutputGate, batch: UInt64)]>([])

    private init() {}

    /// Runs `body`, in which replies do not wait for the disk.
    ///
    /// - Returns: The result of `body`, and what to wait for before it is told to anybody.
    /// - Throws: What `body` throws, once all that it depended on is durable.
    package static func collect<Result: Sendable>(
        _ body: () async throws -> Result
    ) async throws -> (Result, EarlyReplies) {
        let replies = EarlyReplies()
        do {
            return (try await $current.withValue(replies) { try await body() }, replies)
        } catch {
            try await replies.passage()
            throw error
        }
    }

    /// Returns when everything is durable.
    ///
    /// - Throws: The failure of the first commit that failed, or `CancellationError`.
    package func passage() async throws {
        for (gate, batch) in tickets.withLock({ $0 }) { try await gate.passage(of: batch) }
    }

    func note(_ gate: OutputGate) throws {
        guard let batch = try gate.ticket() else { return }
        tickets.withLock { $0.append((gate, batch)) }
    }
}
