import RoostRuntime
import Testing

@testable import RoostTesting

/// The search for an order that explains a history.
struct LinearizabilityTests {
    private func verdict(
        _ calls: [(operation: RegisterModel.Operation, began: Int, ended: Int?, answer: Int)],
        triesMax: Int = 10_000
    ) -> OrderSearch.Verdict {
        var history = OperationHistory<RegisterModel>()
        for call in calls {
            let place = history.begin(call.operation, at: call.began)
            if let ended = call.ended { history.end(place, call.answer, at: ended) }
        }
        return history.search(RegisterModel(), triesMax: triesMax)
    }

    @Test func `calls one after the other are explained by their own order`() {
        #expect(verdict([(.write(1), 1, 2, 1), (.read, 3, 4, 1), (.write(2), 5, 6, 2), (.read, 7, 8, 2)]) == .found)
    }

    @Test func `a read of an overwritten value is not explained`() {
        #expect(verdict([(.write(1), 1, 2, 1), (.write(2), 3, 4, 2), (.read, 5, 6, 1)]) == .none)
    }

    @Test func `calls at the same time may have happened in either order`() {
        #expect(verdict([(.write(1), 1, 4, 1), (.write(2), 2, 3, 2), (.read, 5, 6, 1)]) == .found)
        #expect(verdict([(.write(1), 1, 4, 1), (.write(2), 2, 3, 2), (.read, 5, 6, 2)]) == .found)
    }

    @Test func `a read may not go back behind another read`() {
        #expect(
            verdict([(.write(1), 1, 10, 1), (.read, 2, 3, 1), (.read, 4, 5, 0)]) == .none
        )
    }

    @Test func `a write whose end nobody knows may have happened late, or never`() {
        #expect(verdict([(.write(1), 1, nil, 0), (.read, 2, 3, 0), (.read, 4, 5, 1)]) == .found)
        #expect(verdict([(.write(1), 1, nil, 0), (.read, 2, 3, 0)]) == .found)
        #expect(verdict([(.write(1), 1, nil, 0), (.read, 2, 3, 1), (.read, 4, 5, 0)]) == .none)
    }

    @Test func `a history that needs too many tries is undecided, not wrong`() {
        let calls = (0..<12).map { (RegisterModel.Operation.write($0), $0, 100 + $0 as Int?, $0) }
        #expect(verdict(calls + [(.read, 200, 201, 99)], triesMax: 50) == .undecided)
    }

    @Test func `it finds what trying every order finds`() {
        let random = SeededRandomSource(seed: 4)
        var found = 0
        for _ in 0..<3_000 {
            var history = OperationHistory<RegisterModel>()
            for _ in 0..<random.draw(1...5) {
                let began = random.draw(0...9)
                let operation: RegisterModel.Operation = random.oneIn(2) ? .read : .write(random.draw(1...2))
                let place = history.begin(operation, at: began)
                let answer = if case .write(let value) = operation { value } else { random.draw(0...2) }
                if !random.oneIn(4) { history.end(place, answer, at: began + random.draw(1...6)) }
            }
            let isExplained = Self.isExplained(history.entries, by: 0)
            found += isExplained ? 1 : 0
            #expect(history.search(RegisterModel(), triesMax: 10_000) == (isExplained ? .found : .none))
        }
        #expect((500...2_500).contains(found))
    }

    /// Tries every order.
    private static func isExplained(_ calls: [OperationHistory<RegisterModel>.Entry], by state: Int) -> Bool {
        if calls.allSatisfy({ $0.ended == .max }) { return true }
        let firstEnd = calls.map(\.ended).min() ?? .max
        return calls.indices.contains { index in
            var (left, next) = (calls, state)
            let call = left.remove(at: index)
            let answer = RegisterModel().apply(call.operation, to: &next)
            return call.began < firstEnd && (call.answer == nil || call.answer == answer) && isExplained(left, by: next)
        }
    }

    @Test func `more than sixty-four calls are no matter`() {
        let calls = (0..<150).map { (RegisterModel.Operation.write($0), 2 * $0, 2 * $0 + 1 as Int?, $0) }
        #expect(verdict(calls) == .found)
        #expect(verdict(calls + [(.read, 400, 401, 3)]) == .none)
    }
}
