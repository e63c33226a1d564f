import Synchronization

/// Whether the service still takes requests.
///
/// It goes from serving to draining once and never back: a process that was asked to stop stops.
package final class EdgeLifecycle: Sendable {
    private let draining = Atomic(false)

    package init() {}

    /// Whether shutdown was asked for.
    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// Stops taking requests; those under way go on.
    package func beginDraining() { draining.store(true, ordering: .releasing) }
}
