import RoostStorage

/// What an instance has changed and the store does not hold yet, laid over what the store holds.
///
/// Guarantee: reads see every earlier change of the instance at once; what is changed between two suspension points
/// goes into the same batch (DESIGN §4, invariants 2 and 3).
///
/// Invariants
/// 1. Entries carry the number of the batch they belong to; only the open batch is ever written to.
/// 2. An entry stays until its batch is durable, so that a reader finds it here or in the store, never in neither.
///    Durable entries may stay longer, as a cache: the store holds the same, and nobody else writes to the object.
/// 3. After `deleteAll` nothing is read from the store until the batch that deletes is durable.
/// 4. A savepoint has a copy of the whole layer; rolling back puts it back.
///
/// Isolation: belongs to one instance and is used from its actor alone.
/// Failure: `seal` is never called on a closed buffer; its changes are simply dropped.
final class ObjectBuffer {
    struct Value: Equatable {
        var tag: ValueTag
        var payload: [UInt8]
    }

    struct Entry {
        var batch: UInt64
        var value: Value?
    }

    /// All that a rollback restores.
    struct Layer {
        /// Space byte and key, to the newest uncommitted value; a nil value is a deletion.
        var entries = OrderedMap<Entry>()
        /// The newest batch that deleted everything, until it is durable.
        var wipedIn: UInt64?
    }

    private(set) var layer = Layer()
    /// The pages of the object's database; see `ObjectBuffer+Pages.swift`.
    var pages = PageLayer()
    private var ledger = BatchLedger()
    /// The running turn seals at its end, so nobody else need be asked to.
    var isSealedByTurn = false
    /// How many transactions run, one in the other.
    private(set) var savepoints = 0
    /// The alarm; its entry stands in the layer like every other.
    var alarm = AlarmSlot()

    /// Bytes that were put since the layer was last emptied: an upper bound of what it holds.
    private var cachedBytes = 0

    var openBatch: UInt64 { ledger.open }

    var isDirty: Bool { ledger.isDirty }

    /// Bytes that were put and are not durable yet.
    var uncommittedBytes: Int { ledger.uncommittedBytes }

    /// Begins after the last batch that the store has of the object.
    func begin(lastBatch: UInt64) { ledger.begin(lastBatch: lastBatch) }

    /// Begins with what another instance has left: a deliberate mistake, for tests of the simulator's checkers.
    func begin(with layer: Layer) { self.layer = layer }

    // MARK: Changing

    /// What a change means for the gate: nothing new, that the open batch now holds something (confirmed), or that it
    /// holds nothing confirmed any more.
    enum Effect {
        case none
        case opened(confirmed: Bool)
        case confirmed
        case unconfirmed
    }

    func set(_ key: [UInt8], _ value: Value?, confirmed: Bool) -> Effect {
        let open = openBatch
        let before = layer.entries.updateValue(Entry(batch: open, value: value), forKey: key)
        let bytes = key.count + (value?.payload.count ?? 0)
        cachedBytes += bytes
        ledger.touch(key, isNew: before?.batch != open, bytes: bytes)
        return mark(confirmed: confirmed)
    }

    /// Counts bytes that belong to the open batch.
    func count(bytes: Int) { ledger.count(bytes: bytes) }

    /// Deletes every entry of the object, here and in the store; its alarm stays.
    func wipe(confirmed: Bool) -> Effect {
        let alarm = layer.entries[AlarmRecord.key]
        layer.entries = OrderedMap()
        if let alarm { layer.entries.updateValue(alarm, forKey: AlarmRecord.key) }
        cachedBytes = 0
        layer.wipedIn = openBatch
        return mark(confirmed: confirmed)
    }

    /// Notes that the open batch holds a change.
    func mark(confirmed: Bool) -> Effect { ledger.mark(confirmed: confirmed) }

    // MARK: Savepoints

    /// Where a transaction began.
    struct Savepoint {
        /// Its place among the transactions that run, from one on.
        let depth: Int
        fileprivate let layer: Layer
        fileprivate let batch: UInt64
        fileprivate let isConfirmed: Bool
    }

    func savepoint() -> Savepoint {
        savepoints += 1
        return Savepoint(depth: savepoints, layer: layer, batch: openBatch, isConfirmed: ledger.isConfirmed)
    }

    func release() { savepoints -= 1 }

    /// Puts back what was there; what was confirmed since is so no more.
    func rollBack(to savepoint: Savepoint) -> Effect {
        layer = savepoint.layer
        savepoints -= 1
        guard ledger.isConfirmed, !savepoint.isConfirmed, savepoint.batch == openBatch else { return .none }
        ledger.unconfirm()
        return .unconfirmed
    }

    // MARK: Sealing

    /// Closes the open batch and returns its changes, in key order; nil when nothing was changed.
    ///
    /// The list may be empty, when everything was rolled back: the batch is committed all the same, because the gate
    /// counts on its number.
    func seal() -> (sequence: UInt64, changes: [Change])? {
        guard let closed = ledger.close() else { return nil }
        let layer = layer
        var changes: [Change] = []
        changes.reserveCapacity(closed.keys.count + 1)
        if layer.wipedIn == closed.batch { changes.append(.deleteAll(.entries)) }
        var previous: [UInt8]?
        for key in closed.keys where key != previous {
            previous = key
            guard let entry = layer.entries[key], entry.batch == closed.batch else { continue }
            changes.append(Self.change(key, entry.value))
        }
        pages.seal(batch: closed.batch, into: &changes)
        return (closed.batch, changes)
    }

    private static func change(_ key: [UInt8], _ value: Value?) -> Change {
        let (space, rest) = split(key)
        guard let value else { return .delete(space, key: rest) }
        return .put(space, key: rest, tag: value.tag, payload: value.payload)
    }

    /// Drops what has become durable.
    ///
    /// Does nothing inside a transaction, whose savepoint may still need it.
    func forget(durable: UInt64) {
        guard savepoints == 0 else { return }
        var hasForgotten = false
        while let closed = ledger.popFirst(durable: durable) {
            hasForgotten = true
            guard !isSmall else { continue }
            for key in closed.keys where layer.entries[key]?.batch == closed.batch { layer.entries[key] = nil }
        }
        guard hasForgotten else { return }
        if !isSmall, ledger.isSettled, !isDirty {
            layer.entries = OrderedMap()
            cachedBytes = 0
        }
        if let wipedIn = layer.wipedIn, wipedIn <= durable { layer.wipedIn = nil }
        pages.forget(durable: durable)
    }

    /// Whether what is here may stay here as a cache.
    private var isSmall: Bool { layer.entries.count <= Self.cachedEntriesMax && cachedBytes <= Self.cachedBytesMax }

    private static let cachedEntriesMax = 64
    private static let cachedBytesMax = 16 << 10

    // MARK: Keys

    /// The key of an entry as it stands here: its space, then its own bytes.
    static func key(_ space: Space, _ key: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(key.count + 1)
        bytes.append(space.rawValue)
        bytes.append(contentsOf: key)
        return bytes
    }

    /// Takes a key apart into its space and its own bytes.
    static func split(_ key: [UInt8]) -> (Space, [UInt8]) {
        guard let space = key.first.flatMap(Space.init(rawValue:)) else {
            preconditionFailure("A key of the buffer begins with its space.")
        }
        return (space, Array(key.dropFirst()))
    }
}
