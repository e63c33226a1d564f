import RoostStorage
import Synchronization

/// What became of some batches, for those who wait for it.
final class BatchOutcomes: Sendable {
    typealias Outcome = Result<CommitReceipt, StorageError>

    private enum Place {
        case open
        case awaited(CheckedContinuation<Outcome, Never>)
        case settled(Outcome)
    }

    private let places: Mutex<[Place]>

    init(_ count: Int) { places = Mutex(Array(repeating: .open, count: count)) }

    func settle(_ place: Int, _ outcome: Outcome) {
        let waiting = places.withLock { places -> CheckedContinuation<Outcome, Never>? in
            defer { places[place] = .settled(outcome) }
            if case .awaited(let continuation) = places[place] { return continuation }
            return nil
        }
        waiting?.resume(returning: outcome)
    }

    func value(_ place: Int) async -> Outcome {
        await withCheckedContinuation { continuation in
            let known = places.withLock { places -> Outcome? in
                if case .settled(let outcome) = places[place] { return outcome }
                places[place] = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
