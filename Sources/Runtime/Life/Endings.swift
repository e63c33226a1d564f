/// Who must be told when an instance is cut off, in the order in which they asked.
///
/// One for each critical section and each background task of the instance.
///
/// Isolation: a value inside a lock of `Activation`.
struct Endings {
    private var actions: [UInt64: @Sendable (any Error) -> Void] = [:]
    private var next: UInt64 = 1
    private var isClosed = false

    mutating func add(_ action: @escaping @Sendable (any Error) -> Void) -> UInt64? {
        guard !isClosed else { return nil }
        defer { next += 1 }
        actions[next] = action
        return next
    }

    mutating func remove(_ number: UInt64) { actions[number] = nil }

    /// All that were added, in order; nothing can be added any more.
    mutating func close() -> [@Sendable (any Error) -> Void] {
        isClosed = true
        defer { actions = [:] }
        return actions.sorted { $0.key < $1.key }.map(\.value)
    }
}
