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

    /// Looks for an order of the calls that explains their answers.
    func search(_ model: Model, triesMax: Int) -> OrderSearch.Verdict {
        let calls = entries.filter { !$0.isForgotten }.sorted { $0.began < $1.began }
        var states = [model.initial]
        var numbers = [model.initial: 0]
        var search = OrderSearch(
            calls.map { call in
                OrderSearch.Call(
                    began: call.began,
                    ended: call.ended,
                    isReadOnly: model.isReadOnly(call.operation)
                )
            },
            triesMax: triesMax
        )
        return search.run { state, call in
            var next = states[state]
            let answer = model.apply(calls[call].operation, to: &next)
            if let told = calls[call].answer, told != answer { return nil }
            if let number = numbers[next] { return number }
            states.append(next)
            numbers[next] = states.count - 1
            return states.count - 1
        }
    }
}
