import RoostTesting
import Synchronization

/// What was asked of a limiter, and when.
final class Takings: Sendable {
    struct Taking: Sendable {
        let began: Duration
        /// When the answer was there; nil when nobody knows whether it was taken.
        var ended: Duration?
        var isAllowed = false
    }

    private let list = Mutex<[Taking]>([])

    var all: [Taking] { list.withLock { $0 } }

    func begin(_ time: Duration) -> Int {
        list.withLock { list in
            list.append(Taking(began: time))
            return list.count - 1
        }
    }

    func end(_ place: Int, _ isAllowed: Bool, _ time: Duration) {
        list.withLock { list in
            list[place].ended = time
            list[place].isAllowed = isAllowed
        }
    }
}

/// Says what is wrong with what a limiter has allowed and refused.
protocol LimitChecker: Sendable {
    var world: Simulation { get }
    func problem(_ takings: [Takings.Taking]) -> String?
}

/// Asks all of them at the end.
final class TakingsChecker: SimulationChecker {
    private let takings: Takings
    private let checkers: [any LimitChecker]

    init(_ takings: Takings, _ checkers: [any LimitChecker]) {
        self.takings = takings
        self.checkers = checkers
    }

    func finish() {
        let all = takings.all
        for checker in checkers {
            if let problem = checker.problem(all) { checker.world.violate(problem) }
        }
        // Refused without reason: neither window can have been full.
        let windows = checkers.compactMap { $0 as? WindowLimit }
        guard !windows.isEmpty, let world = checkers.first?.world else { return }
        for taking in all {
            guard let ended = taking.ended, !taking.isAllowed else { continue }
            if windows.allSatisfy({ $0.mostPossible(all, from: taking.began, to: ended) < $0.most }) {
                world.violate("What was asked at \(taking.began) was refused although no window was full.")
            }
        }
    }
}

/// No window of a length ever holds more than so many.
struct WindowLimit: LimitChecker {
    let world: Simulation
    let most: Int
    let length: Duration

    init(_ world: Simulation, most: Int, in length: Duration) {
        self.world = world
        self.most = most
        self.length = length
    }

    func problem(_ takings: [Takings.Taking]) -> String? {
        let allowed = takings.filter(\.isAllowed)
        for first in allowed {
            let inside = allowed.count { other in
                guard let ended = other.ended else { return false }
                return other.began >= first.began && ended < first.began + length
            }
            if inside > most { return "\(inside) were allowed within \(length) from \(first.began) on, not \(most)." }
        }
        return nil
    }

    /// How many may have been in a window that ended between two moments.
    func mostPossible(_ takings: [Takings.Taking], from: Duration, to: Duration) -> Int {
        takings.count { taking in
            guard taking.isAllowed || taking.ended == nil, taking.began <= to else { return false }
            return (taking.ended ?? to) > from - length
        }
    }
}

/// No stretch of time takes more than the bucket held and gained.
struct BucketLimit: LimitChecker {
    let world: Simulation
    let capacity: Int
    let perSecond: Double

    init(_ world: Simulation, capacity: Int, perSecond: Double) {
        self.world = world
        self.capacity = capacity
        self.perSecond = perSecond
    }

    func problem(_ takings: [Takings.Taking]) -> String? {
        let allowed = takings.filter(\.isAllowed)
        for first in allowed {
            for last in allowed {
                guard let end = last.ended, end >= first.began else { continue }
                let taken = allowed.count { $0.began >= first.began && ($0.ended.map { $0 <= end } ?? false) }
                let most = Double(capacity) + perSecond * ((end - first.began) / .seconds(1))
                if Double(taken) > most + 0.001 {
                    return "\(taken) were taken from \(first.began) to \(end); the bucket had \(most)."
                }
            }
        }
        return nil
    }
}
