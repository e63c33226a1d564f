import RoostStorage

/// Commits batches of one object, numbering them, as an instance would.
final class TestObject {
    let reference: ObjectReference
    var lane = CommitLane()
    var sequence: UInt64 = 0
    private let owner: TestStore
    private let name: String?

    init(_ owner: TestStore, _ reference: ObjectReference, name: String?) {
        self.owner = owner
        self.reference = reference
        self.name = name
    }

    /// Queues a batch; the outcome can be awaited later.
    func enqueue(_ changes: [Change]) -> PendingOutcome {
        sequence += 1
        let outcome = PendingOutcome()
        let batch = Batch(object: reference, name: name, sequence: sequence, changes: changes)
        owner.store.commit(batch, lane: lane) { outcome.resolve($0) }
        return outcome
    }

    @discardableResult
    func commit(_ changes: [Change]) async throws -> CommitReceipt {
        try await enqueue(changes).value.get()
    }

    @discardableResult
    func put(_ key: String, _ value: String) async throws -> CommitReceipt {
        try await commit([.put(key, value)])
    }

    func value(_ key: String) throws -> String? {
        try owner.value(reference, Array(key.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Goes on as a fresh instance would: with a new lane, after what is durable.
    func restart() throws {
        lane = CommitLane()
        sequence = try owner.store.info(of: reference)?.lastSequence ?? 0
    }
}

extension Change {
    static func put(_ key: String, _ value: String) -> Change {
        .put(.entries, key: Array(key.utf8), tag: .bytes, payload: Array(value.utf8))
    }

    static func put(_ key: [UInt8], _ value: [UInt8]) -> Change {
        .put(.entries, key: key, tag: .bytes, payload: value)
    }
}
