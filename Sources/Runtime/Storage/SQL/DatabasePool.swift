import Synchronization

/// The open connections of a runtime: how many there may be, what they may take, and which one closes next.
///
/// Guarantee: never more than `openMax` connections are open; past `bytesMax` of memory the ones that were not used for
/// longest are closed, after each use, until it fits or none can be closed. A connection that has something to lose (an
/// open transaction, a cursor, a setting) is not closed here; when all are such, opening another is refused.
///
/// Whoever needs a place closes a victim himself, at once, in his own thread: a connection is guarded by its database's
/// lock, which is only ever tried here, never waited for. So nobody can wait in a circle, and nothing is left for
/// later.
///
/// Invariant: a place is taken exactly while its database's connection is open or being opened.
///
/// Isolation: every member may be used from any thread.
final class DatabasePool: Sendable {
    private struct Place {
        var database: ObjectDatabase
        var bytes: Int
        var older: Int?
        var newer: Int?
    }

    private struct State {
        var places: [Place?] = []
        var free: [Int] = []
        var oldest: Int?
        var newest: Int?
        var count = 0
        var bytes = 0
    }

    private enum Step {
        case taken(Int)
        case close(ObjectDatabase, place: Int)
        case full
    }

    let openMax: Int
    let bytesMax: Int
    private let state = Mutex(State())

    init(openMax: Int, bytesMax: Int) {
        self.openMax = max(1, openMax)
        self.bytesMax = bytesMax
    }

    /// How many connections are open.
    var openCount: Int { state.withLock { $0.count } }

    /// What they take in memory.
    var bytes: Int { state.withLock { $0.bytes } }

    /// Takes a place for a connection that is about to be opened, closing others for it.
    ///
    /// - Throws: ``RoostError/Code/overloaded`` when no other can be closed.
    func takePlace(for database: ObjectDatabase) throws(RoostError) -> Int {
        var tries = 0
        while true {
            let step = state.withLock { state -> Step in
                if state.count < openMax { return .taken(Self.append(database, to: &state)) }
                guard tries < state.count, let oldest = state.oldest, let place = state.places[oldest] else {
                    return .full
                }
                return .close(place.database, place: oldest)
            }
            switch step {
            case .taken(let place):
                return place
            case .close(let victim, let place):
                tries += 1
                if !victim.closeIfUnused() { postpone(place, of: victim) }
            case .full:
                throw RoostError(
                    .overloaded,
                    "All \(openMax) databases that may be open at once are in use.",
                    overloaded: true
                )
            }
        }
    }

    /// Notes a use, and what the connection takes in memory now; closes others when all take too much.
    func used(_ place: Int, by database: ObjectDatabase, bytes: Int) {
        let isTooMuch = state.withLock { state in
            // It may have been closed since.
            guard let before = state.places[place], before.database === database else { return false }
            state.bytes += bytes - before.bytes
            state.places[place]?.bytes = bytes
            Self.moveToNewest(place, in: &state)
            return state.bytes > bytesMax
        }
        if isTooMuch { trim() }
    }

    /// Gives a place back: its connection is closed.
    func leave(_ place: Int) {
        state.withLock { state in
            guard let bytes = state.places[place]?.bytes else { preconditionFailure("A place was left twice.") }
            Self.unlink(place, in: &state)
            state.places[place] = nil
            state.free.append(place)
            state.count -= 1
            state.bytes -= bytes
        }
    }

    private func trim() {
        for _ in 0..<openCount {
            let victim = state.withLock { state -> (ObjectDatabase, Int)? in
                guard state.bytes > bytesMax, let oldest = state.oldest else { return nil }
                return state.places[oldest].map { ($0.database, oldest) }
            }
            guard let (database, place) = victim else { return }
            if !database.closeIfUnused() { postpone(place, of: database) }
        }
    }

    /// Treats a connection that cannot be closed as if it had just been used.
    private func postpone(_ place: Int, of database: ObjectDatabase) {
        state.withLock { state in
            guard state.places[place]?.database === database else { return }
            Self.moveToNewest(place, in: &state)
        }
    }

    // MARK: The list, oldest to newest

    private static func append(_ database: ObjectDatabase, to state: inout State) -> Int {
        let place: Int
        if let free = state.free.popLast() {
            place = free
        } else {
            place = state.places.count
            state.places.append(nil)
        }
        state.places[place] = Place(database: database, bytes: 0, older: state.newest, newer: nil)
        if let newest = state.newest { state.places[newest]?.newer = place } else { state.oldest = place }
        state.newest = place
        state.count += 1
        return place
    }

    private static func moveToNewest(_ place: Int, in state: inout State) {
        guard state.newest != place else { return }
        unlink(place, in: &state)
        state.places[place]?.older = state.newest
        state.places[place]?.newer = nil
        if let newest = state.newest { state.places[newest]?.newer = place } else { state.oldest = place }
        state.newest = place
    }

    private static func unlink(_ place: Int, in state: inout State) {
        guard let (older, newer) = state.places[place].map({ ($0.older, $0.newer) }) else { return }
        if let older { state.places[older]?.newer = newer } else { state.oldest = newer }
        if let newer { state.places[newer]?.older = older } else { state.newest = older }
    }
}
