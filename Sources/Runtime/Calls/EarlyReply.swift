/// What a reply depends on that came before it was durable.
///
/// A server that asks one object before it asks the next need not wait for the disk in between, as long as nothing
/// leaves the server before all of it is durable. So the gate is moved, not left out:
/// ``ObjectNamespace/earlyTurn(_:_:)`` answers at once, and ``passage()`` stands where the server itself answers.
///
/// Guarantee: when `passage()` has returned, everything that the reply depended on is durable; when its commit failed,
/// it throws.
///
/// Only for callers outside of objects: what one object tells another always waits.
package struct EarlyReply: Sendable {
    private let visit: Visit
    /// Nil when there was nothing to wait for.
    private let batch: UInt64?

    init(_ visit: Visit, batch: UInt64?) {
        self.visit = visit
        self.batch = batch
    }

    /// Returns when everything is durable.
    ///
    /// - Throws: ``RoostError`` when the commit failed, or `CancellationError`.
    package func passage() async throws {
        guard let batch else { return }
        do {
            try await visit.activation.gate.passage(of: batch)
        } catch {
            throw RoostError.remote(visit.told(error), from: visit.activation.address.id)
        }
    }
}
