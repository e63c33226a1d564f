import RoostStorage
import Synchronization

/// The WebSockets of all objects of one class, awake and asleep.
///
/// Invariants
/// 1. An object has at most one `ObjectSockets` here; it is made when the object first accepts a socket or settles
///    something for its sockets.
/// 2. While the object sleeps, it is here only as long as it has a socket.
/// 3. It is taken out before a reset makes room for the object's next instance.
///
/// Striped as the catalog is. Lock order: a stripe, then the catalog.
final class SocketHub: Sendable {
    private static let stripesCount = 16

    private final class Stripe: Sendable {
        let objects = Mutex<[ObjectID: ObjectSockets]>([:])
    }

    private let stripes = (0..<stripesCount).map { _ in Stripe() }
    private let catalog: Catalog

    init(catalog: Catalog) { self.catalog = catalog }

    func existing(_ id: ObjectID) -> ObjectSockets? { stripe(id).objects.withLock { $0[id] } }

    /// The sockets of an object that is awake; made if they are not there.
    ///
    /// - Parameter body: Runs under the stripe's lock, so that they are not forgotten as unused meanwhile.
    func with<Result, Failure: Error>(
        _ activation: Activation,
        _ body: (ObjectSockets) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try stripe(activation.address.id.raw).objects.withLock { objects throws(Failure) in
            // An instance that is gone leaves nothing behind, and changes nothing of the next one's.
            let isOpen = activation.isOpen
            if isOpen, let sockets = objects[activation.address.id.raw] { return try body(sockets) }
            let sockets = ObjectSockets(entry: activation.entry, address: activation.address, isDead: !isOpen)
            if isOpen { objects[activation.address.id.raw] = sockets }
            return try body(sockets)
        }
    }

    /// Takes an object's sockets out; the caller cuts them off.
    func take(_ id: ObjectID) -> ObjectSockets? { stripe(id).objects.withLock { $0.removeValue(forKey: id) } }

    /// Forgets what a sleeping object without sockets has settled for them.
    func forgetUnused(_ id: ObjectID) {
        stripe(id).objects.withLock { objects in
            guard let sockets = objects[id], sockets.isUnused, catalog.existing(id) == nil else { return }
            objects[id] = nil
        }
    }

    /// All there are, in the order of the objects' ids, so that what is done to them happens alike in every process.
    var allInOrder: [ObjectSockets] {
        stripes.flatMap { $0.objects.withLock { Array($0.values) } }
            .sorted { $0.address.id.raw.bytes.lexicographicallyPrecedes($1.address.id.raw.bytes) }
    }

    private func stripe(_ id: ObjectID) -> Stripe { stripes[id.hashValue & (Self.stripesCount - 1)] }
}
