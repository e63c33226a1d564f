import Synchronization

/// Every object behaves as if its calls had happened one after the other, each at one moment between its beginning and
/// its end.
///
/// Each object's history is searched for such an order at the end of the run (the search of Wing and Gong, with Lowe's
/// memory of what was tried). A call that failed may have happened at any later moment, or never. The search is
/// bounded: a history that needs more than ``triesMax`` tries counts as undecided, not as wrong.
public final class Linearizability<Model: SequentialModel>: SimulationChecker {
    /// How many states of one history are tried.
    public static var triesMax: Int { 100_000 }

    private struct State {
        var histories: [String: OperationHistory<Model>] = [:]
        var time = 0
        var undecided = 0
    }

    private let world: Simulation
    private let model: Model
    private let state = Mutex(State())

    /// Makes a checker for a world.
    public init(_ world: Simulation, _ model: Model) {
        self.world = world
        self.model = model
    }

    /// How many histories were too long to be decided.
    public var undecided: Int { state.withLock { $0.undecided } }

    /// Makes a call and notes it in the object's history.
    ///
    /// - Returns: The answer; nil when the call failed.
    @discardableResult
    public func perform(
        _ operation: Model.Operation,
        on object: String,
        by client: SimulationClient,
        _ body: () async throws -> Model.Answer
    ) async throws -> Model.Answer? {
        let place = state.withLock { state in
            state.time += 1
            return state.histories[object, default: OperationHistory()].begin(operation, at: state.time)
        }
        let result: Result<Model.Answer, any Error>
        do {
            result = try await client.attempt("\(operation) \(object)", body)
        } catch {
            // It was not even begun: a shorter run is being tried.
            state.withLock { $0.histories[object]?.forget(place) }
            throw error
        }
        state.withLock { state in
            state.time += 1
            switch result {
            case .success(let answer): state.histories[object]?.end(place, answer, at: state.time)
            case .failure: if model.isReadOnly(operation) { state.histories[object]?.forget(place) }
            }
        }
        return try? result.get()
    }

    /// Searches the histories.
    public func finish() {
        let histories = state.withLock { $0.histories }
        for (object, history) in histories.sorted(by: { $0.key < $1.key }) {
            switch history.search(model, triesMax: Self.triesMax) {
            case .found: continue
            case .undecided: state.withLock { $0.undecided += 1 }
            case .none:
                world.violate("No order explains the history of \(object):\n\(history.description)")
            }
        }
    }
}
