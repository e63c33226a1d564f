import RoostRuntime
public import RoostStorage
import Synchronization

/// No acknowledged write is lost, none is there twice, and none that was refused is there at all (invariant 5 of the
/// runtime).
///
/// Every write adds an item that nobody else adds. At the end, or after any crash, what is found is compared.
public final class AcknowledgedWrites: SimulationChecker {
    private enum Fate {
        /// Nobody knows.
        case open
        case acknowledged
        /// The caller was told that it did not happen.
        case refused
    }

    private let world: Simulation
    private let fates = Mutex<[String: [String: Fate]]>([:])

    /// Makes a checker for a world.
    public init(_ world: Simulation) { self.world = world }

    /// A write begins.
    public func began(_ item: String, in object: String) {
        fates.withLock { $0[object, default: [:]][item] = .open }
    }

    /// A write has ended.
    ///
    /// With an error nobody knows what became of it, unless the error says so: a disk that is full takes nothing.
    public func ended<Success>(_ item: String, in object: String, _ result: Result<Success, any Error>) {
        fates.withLock { fates in
            switch result {
            case .success:
                fates[object]?[item] = .acknowledged
            case .failure(let error as RoostError) where error.underlying?.code == .diskFull && !error.mayHaveHappened:
                fates[object]?[item] = .refused
            case .failure:
                break
            }
        }
    }

    /// A write to the store itself has failed.
    public func refused(_ item: String, in object: String, because error: StorageError) {
        guard error.code == .diskFull else { return }
        fates.withLock { $0[object]?[item] = .refused }
    }

    /// Compares what is in an object with what was said.
    public func found(_ items: [String], in object: String) {
        let expected = fates.withLock { $0[object] ?? [:] }
        if Set(items).count != items.count {
            world.violate("\(object) holds an item twice: \(items)")
        }
        for item in items {
            switch expected[item] {
            case nil: world.violate("\(object) holds \(item), which nobody wrote.")
            case .refused: world.violate("\(object) holds \(item), although its write was refused.")
            case .open, .acknowledged: break
            }
        }
        let lost = expected.filter { $0.value == .acknowledged && !items.contains($0.key) }.keys.sorted()
        if !lost.isEmpty { world.violate("\(object) has lost what was acknowledged: \(lost.joined(separator: ", "))") }
    }
}
