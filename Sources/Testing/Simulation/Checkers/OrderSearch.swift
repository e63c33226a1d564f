/// Looks for an order of calls that explains their answers: depth first, never trying the same calls with the same
/// state twice.
///
/// Calls and states are numbers here, so that the search, which is most of the work of a history, need not know the
/// model; that is asked once for each pair of a state and a call.
///
/// Two things keep it short without changing what it finds. A call that only reads, may be next, and whose answer fits
/// is taken at once: an order that explains the others explains them with this one in front. And calls of which nobody
/// knows what became are tried last.
struct OrderSearch {
    struct Call {
        let began: Int
        /// `Int.max` when nobody knows what became of it.
        let ended: Int
        /// Whether it never changes anything.
        let isReadOnly: Bool
    }

    enum Verdict {
        case found
        case none
        case undecided
    }

    /// Which calls an order has so far.
    private struct Done: Hashable {
        private var first: UInt64 = 0
        /// Beyond the first 64; empty when there are no more.
        private var rest: [UInt64]

        init(count: Int) { rest = count > 64 ? Array(repeating: 0, count: (count - 1) / 64) : [] }

        func contains(_ call: Int) -> Bool {
            call < 64 ? first & (1 << UInt64(call)) != 0 : rest[call / 64 - 1] & (1 << UInt64(call % 64)) != 0
        }

        mutating func insert(_ call: Int) {
            if call < 64 {
                first |= 1 << UInt64(call)
            } else {
                rest[call / 64 - 1] |= 1 << UInt64(call % 64)
            }
        }
    }

    private struct Place: Hashable {
        var done: Done
        let state: Int
    }

    private static let unknown: Int32 = -2
    private static let mismatch: Int32 = -1

    private let calls: [Call]
    private let triesMax: Int
    /// What each call makes of each state; a row for each state.
    private var steps: [Int32]

    /// - Parameter calls: In the order in which they began.
    init(_ calls: [Call], triesMax: Int) {
        self.calls = calls
        self.triesMax = triesMax
        steps = Array(repeating: Self.unknown, count: calls.count)
    }

    /// - Parameter step: The number of the state that a call makes of another, states being numbered from 0, the
    ///   initial one, as they are met; nil when the call's answer does not fit.
    mutating func run(_ step: (_ state: Int, _ call: Int) -> Int?) -> Verdict {
        var tried: Set<Place> = []
        var open = [Place(done: Done(count: calls.count), state: 0)]
        var choices: [Place] = []
        while var place = open.popLast() {
            choices.removeAll(keepingCapacity: true)
            guard branch(&place, into: &choices, step) else { return .found }
            // The last is tried first: those that began first, and before all the unknown.
            for choice in choices where tried.insert(choice).inserted {
                guard tried.count <= triesMax else { return .undecided }
                open.append(choice)
            }
        }
        return .none
    }

    /// Goes as far as there is nothing to choose, and gives the choices; false when all calls that ended are in order.
    private mutating func branch(
        _ place: inout Place,
        into choices: inout [Place],
        _ step: (Int, Int) -> Int?
    ) -> Bool {
        while true {
            // The next call must have begun before the first end among those that are left.
            var firstEnd = Int.max
            for call in calls.indices where calls[call].ended < firstEnd && !place.done.contains(call) {
                firstEnd = calls[call].ended
            }
            if firstEnd == .max { return false }
            var isIdle = false
            for call in calls.indices.reversed() where !place.done.contains(call) && calls[call].began < firstEnd {
                guard let next = next(place.state, call, step) else { continue }
                // What changes nothing and has no answer that must fit may as well come later.
                if next == place.state, calls[call].ended == .max { continue }
                if calls[call].isReadOnly {
                    place.done.insert(call)
                    isIdle = true
                    break
                }
                var done = place.done
                done.insert(call)
                choices.append(Place(done: done, state: next))
            }
            guard isIdle else { break }
            choices.removeAll(keepingCapacity: true)
        }
        sortUnknownFirst(&choices, after: place.done)
        return true
    }

    private func sortUnknownFirst(_ choices: inout [Place], after done: Done) {
        guard choices.count > 1 else { return }
        let unknown = calls.indices.filter { calls[$0].ended == .max && !done.contains($0) }
        guard !unknown.isEmpty else { return }
        func isUnknown(_ choice: Place) -> Bool { unknown.contains { choice.done.contains($0) } }
        choices = choices.filter { isUnknown($0) } + choices.filter { !isUnknown($0) }
    }

    private mutating func next(_ state: Int, _ call: Int, _ step: (Int, Int) -> Int?) -> Int? {
        let place = state * calls.count + call
        if place >= steps.count {
            steps.append(contentsOf: repeatElement(Self.unknown, count: place + calls.count - steps.count))
        }
        if steps[place] == Self.unknown { steps[place] = step(state, call).map { Int32($0) } ?? Self.mismatch }
        return steps[place] == Self.mismatch ? nil : Int(steps[place])
    }
}
