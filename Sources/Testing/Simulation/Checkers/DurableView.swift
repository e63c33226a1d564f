import RoostStorage
import Synchronization

/// The entries of every object as they are durable, kept from what the store commits.
public final class DurableView: SimulationChecker {
    private let entries = Mutex<[String: [String: [UInt8]]]>([:])

    /// Makes an empty view.
    public init() {}

    /// Takes over what was committed.
    public func observe(_ event: SimulationEvent) {
        guard case .committed(_, let batches) = event else { return }
        for batch in batches { apply(batch) }
    }

    /// Takes over one batch.
    func apply(_ batch: Batch) {
        let object = SimulationEvent.name(batch)
        entries.withLock { entries in
            for change in batch.changes {
                switch change {
                case .put(.entries, let key, _, let payload):
                    entries[object, default: [:]][String(decoding: key, as: UTF8.self)] = payload
                case .delete(.entries, let key):
                    entries[object]?[String(decoding: key, as: UTF8.self)] = nil
                case .deleteAll(.entries):
                    entries[object] = nil
                default:
                    break
                }
            }
        }
    }

    /// The durable entries of an object: keys, and values as they are stored.
    public func entries(of object: String) -> [String: [UInt8]] { entries.withLock { $0[object] ?? [:] } }

    /// A durable number; nil when there is none.
    public func number(_ key: String, of object: String) -> Int? {
        entries(of: object)[key].flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
