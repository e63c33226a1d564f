import HeapModule

/// Timers in the order in which they are due; those due at the same moment in the order in which they were set.
///
/// A pure value: it knows no clock and starts nothing. Both clocks, the real and the virtual, are built on it.
///
/// Invariants
/// 1. A timer leaves the queue exactly once: through `popDue`, or through `cancel`.
/// 2. `popDue` returns timers by (due, number), so a virtual run is repeatable.
package struct TimerQueue: ~Copyable {
    private struct Entry: Comparable {
        let due: Duration
        let number: UInt64

        static func < (left: Entry, right: Entry) -> Bool { (left.due, left.number) < (right.due, right.number) }
    }

    /// More timers than this mean that somebody sets them in a loop and never cancels.
    package static let timersMax = 4_000_000

    private var heap = Heap<Entry>()
    private var actions: [UInt64: @Sendable () -> Void] = [:]
    private var nextNumber: UInt64 = 1

    package init() {}

    /// How many timers are set.
    package var count: Int { actions.count }

    /// When the next timer is due, if there is one.
    package var nextDue: Duration? {
        mutating get {
            while let entry = heap.min, actions[entry.number] == nil { heap.removeMin() }
            return heap.min?.due
        }
    }

    package mutating func add(due: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        precondition(actions.count < Self.timersMax, "More than \(Self.timersMax) timers are set on one clock.")
        let number = nextNumber
        nextNumber += 1
        actions[number] = action
        heap.insert(Entry(due: due, number: number))
        return TimerToken(number: number)
    }

    package mutating func cancel(_ token: TimerToken) {
        actions[token.number] = nil
        // Cancelled entries stay in the heap until they come to its top; past half of it they are swept out.
        guard heap.count > 64, heap.count > 2 * actions.count else { return }
        heap = Heap(heap.unordered.filter { actions[$0.number] != nil })
    }

    /// Takes out the first timer that is due at `moment`, or nil when none is.
    package mutating func popDue(at moment: Duration) -> (due: Duration, action: @Sendable () -> Void)? {
        while let entry = heap.min, entry.due <= moment {
            heap.removeMin()
            if let action = actions.removeValue(forKey: entry.number) { return (entry.due, action) }
        }
        return nil
    }
}
