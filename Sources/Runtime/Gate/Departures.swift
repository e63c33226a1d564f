import DequeModule
import RoostStorage
import Synchronization

/// The calls of one instance that wait at its output gate, object by object, in the order in which they were made.
///
/// Guarantee: calls on one object reach it in that order, also when the gate has held some of them. Whoever comes while
/// others stand in line for the same object stands behind them, though nothing else holds him.
///
/// Invariants
/// 1. A line is there only while somebody stands in it.
/// 2. Only the first goes on. He stays in line until his call stands before the object, where its order is kept by the
///    object's own line or by its actor, or until the call has failed.
///
/// Isolation: may be used from any thread. Nothing is resumed while the lock is held.
final class Departures: Sendable {
    private struct State {
        var lines: [ObjectID: Deque<UInt64>] = [:]
        /// Those whose changes are durable, and who are not the first.
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextNumber: UInt64 = 1
    }

    private let state = Mutex(State())

    /// Takes a place in line.
    ///
    /// - Parameter isHeld: Whether the gate is closed.
    /// - Returns: Nil when nothing holds the call.
    func join(_ object: ObjectID, isHeld: Bool) -> Departure? {
        let number = state.withLock { state -> UInt64? in
            guard isHeld || state.lines[object] != nil else { return nil }
            defer { state.nextNumber += 1 }
            state.lines[object, default: []].append(state.nextNumber)
            return state.nextNumber
        }
        return number.map { Departure(departures: self, object: object, number: $0) }
    }

    /// Returns when everybody before has left.
    ///
    /// Also a task that was cancelled waits: those before it are on their way.
    fileprivate func turn(_ departure: Departure) async {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                if state.lines[departure.object]?.first == departure.number { return true }
                state.waiting[departure.number] = continuation
                return false
            }
            if isFirst { continuation.resume() }
        }
    }

    /// Leaves the line; a second time does nothing.
    fileprivate func leave(_ departure: Departure) {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard var line = state.lines.removeValue(forKey: departure.object) else { return nil }
            if line.first == departure.number {
                line.removeFirst()
            } else if let place = line.firstIndex(of: departure.number) {
                line.remove(at: place)
            }
            guard let first = line.first else { return nil }
            state.lines[departure.object] = line
            return state.waiting.removeValue(forKey: first)
        }
        next?.resume()
    }
}

/// A place in line for an object.
struct Departure: Sendable {
    fileprivate let departures: Departures
    fileprivate let object: ObjectID
    fileprivate let number: UInt64

    /// The call stands before its object, or has failed; the next may go on.
    func leave() { departures.leave(self) }
}

extension Activation {
    /// Returns when a call on an object may leave this one: what was changed before is durable, and the calls on the
    /// same object that were held before it have gone on.
    ///
    /// - Returns: The call's place in line, which it must leave; nil when nothing held it.
    /// - Throws: The failure of the gate, or `CancellationError`.
    func depart(to object: ObjectID) async throws -> Departure? {
        // What the initializer has changed is sealed only when somebody waits for it.
        let isHeld = try !isComplete.load(ordering: .acquiring) || gate.ticket() != nil
        guard let departure = departures.join(object, isHeld: isHeld) else { return nil }
        do {
            try await passage()
        } catch {
            departure.leave()
            throw error
        }
        await departure.departures.turn(departure)
        return departure
    }
}
