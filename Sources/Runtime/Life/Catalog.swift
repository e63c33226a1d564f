import RoostStorage
import Synchronization

/// The live instances of one class: finds an object's instance, or makes it.
///
/// Invariant: an object stands here at most once, from the moment its start begins until it is stopped or reset.
///
/// The directory is striped, so that calls to different objects do not wait for each other.
final class Catalog: Sendable {
    private static let stripesCount = 16

    private final class Stripe: Sendable {
        let live = Mutex<[ObjectID: Activation]>([:])
    }

    private let stripes = (0..<stripesCount).map { _ in Stripe() }

    /// The object's instance, if it is awake.
    func existing(_ id: ObjectID) -> Activation? { stripe(id).live.withLock { $0[id] } }

    /// The object's instance; the second value tells that it was made now and its start must be begun.
    func activation(for address: ObjectAddress, of entry: ClassEntry) -> (Activation, isNew: Bool) {
        stripe(address.id.raw).live.withLock { live in
            if let activation = live[address.id.raw], !entry.passesOver(activation) { return (activation, false) }
            let activation = Activation(entry: entry, address: address)
            live[address.id.raw] = activation
            return (activation, true)
        }
    }

    /// Takes an instance out, if it is still the one that stands here.
    func forget(_ activation: Activation) {
        stripe(activation.address.id.raw).live.withLock { live in
            if live[activation.address.id.raw] === activation { live[activation.address.id.raw] = nil }
        }
    }

    var count: Int { stripes.reduce(0) { $0 + $1.live.withLock { $0.count } } }

    /// All live instances, in no order.
    var all: [Activation] { stripes.flatMap { $0.live.withLock { Array($0.values) } } }

    /// All live instances, in the order of their ids, so that what is done to them happens alike in every process.
    var allInOrder: [Activation] {
        all.sorted { $0.address.id.raw.bytes.lexicographicallyPrecedes($1.address.id.raw.bytes) }
    }

    private func stripe(_ id: ObjectID) -> Stripe { stripes[id.hashValue & (Self.stripesCount - 1)] }
}
