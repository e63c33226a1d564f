/// The calls of one object, with the moments at which they began and ended.
struct OperationHistory<Model: SequentialModel>: Sendable {
    struct Entry: Sendable {
        let operation: Model.Operation
        let began: Int
        /// When it ended; never, when nobody knows what became of it.
        var ended = Int.max
        var answer: Model.Answer?
        var isForgotten = false
    }

    enum Verdict {
        case found
        case none
        case undecided
    }

    private(set) var entries: [Entry] = []

    mutating func begin(_ operation: Model.Operation, at time: Int) -> Int {
        entries.append(Entry(operation: operation, began: time))
        return entries.count - 1
    }

    mutating func end(_ place: Int, _ answer: Model.Answer, at time: Int) {
        entries[place].ended = time
        entries[place].answer = answer
    }

    mutating func forget(_ place: Int) { entries[place].isForgotten = true }

    var description: String {
        entries.filter { !$0.isForgotten }.map { entry in
            let answer = entry.answer.map { "\($0)" } ?? "?"
            let ended = entry.ended == .max ? "…" : "\(entry.ended)"
            return "  [\(entry.began), \(ended)] \(entry.operation) -> \(answer)"
        }.joined(separator: "\n")
    }

    private struct Tried: Hashable {
        let done: [UInt64]
        let state: Model.State
    }

    /// Looks for an order: depth first, never trying the same calls with the same state twice.
    func search(_ model: Model, triesMax: Int) -> Verdict {
        let calls = entries.filter { !$0.isForgotten }.sorted { $0.began < $1.began }
        var tried: Set<Tried> = []
        var open: [(done: [UInt64], state: Model.State)] = [
            (Array(repeating: 0, count: calls.count / 64 + 1), model.initial)
        ]
        while let (done, state) = open.popLast() {
            // The next call must have begun before the first end among those that are left.
            var firstEnd = Int.max
            var isComplete = true
            for index in calls.indices where done[index / 64] & (1 << UInt64(index % 64)) == 0 {
                guard calls[index].ended != .max else { continue }
                isComplete = false
                firstEnd = min(firstEnd, calls[index].ended)
            }
            if isComplete { return .found }
            for index in calls.indices.reversed() where done[index / 64] & (1 << UInt64(index % 64)) == 0 {
                let call = calls[index]
                guard call.began < firstEnd else { continue }
                var next = state
                let answer = model.apply(call.operation, to: &next)
                if let told = call.answer, told != answer { continue }
                var nowDone = done
                nowDone[index / 64] |= 1 << UInt64(index % 64)
                guard tried.insert(Tried(done: nowDone, state: next)).inserted else { continue }
                guard tried.count <= triesMax else { return .undecided }
                open.append((nowDone, next))
            }
        }
        return .none
    }
}
