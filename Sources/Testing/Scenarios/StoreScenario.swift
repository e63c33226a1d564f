import RoostRuntime
import RoostStorage
package import RoostTesting

extension Scenarios {
    /// The store itself, without objects: batches, lanes, groups.
    package static let store = SimulationScenario(
        "store",
        "Writers hand batches to the commit queue, several at a time; what it acknowledged is there, in order."
    ) {
        _ = $0
    } build: { world in
        let writes = world.check(AcknowledgedWrites(world))
        for number in 1...3 {
            world.client("writer \(number)") { client in
                var writer = StoreWriter(number: number, client: client, writes: writes)
                for _ in 1...6 { try await writer.write() }
            }
            world.atEnd { client in
                let writer = StoreWriter(number: number, client: client, writes: writes)
                writes.found(try writer.items(), in: writer.name)
            }
        }
    }
}

/// One object's batches, given to the store by hand.
private struct StoreWriter {
    private static let classKey = ClassKey(script: "roost", name: "stored")

    let name: String
    private let object: ObjectReference
    private let client: SimulationClient
    private let writes: AcknowledgedWrites
    private var lane = CommitLane()
    /// The last batch of this object; nil when it must be read from the store.
    private var last: UInt64?
    private var made = 0

    init(number: Int, client: SimulationClient, writes: AcknowledgedWrites) {
        name = "writer \(number)"
        self.client = client
        self.writes = writes
        var bytes = Array(repeating: UInt8(0), count: 32)
        bytes[31] = UInt8(number)
        guard let id = ObjectID(bytes: bytes) else { preconditionFailure("An id has 32 bytes.") }
        object = ObjectReference(classKey: Self.classKey, id: id)
    }

    private var store: Store { client.world.test.store }

    /// Hands one to three batches to the queue at once and waits for all of them.
    mutating func write() async throws {
        let count = client.random.draw(1...3)
        guard let first = begin() else { return await client.pause(.milliseconds(5)) }
        let batches = (0..<count).map { place in
            made += 1
            let item = "\(name) \(made)"
            writes.began(item, in: name)
            return (item, batch(first + 1 + UInt64(place), item))
        }
        let (store, lane) = (store, lane)
        let results = try await client.call("\(count) batches from \(first + 1)") {
            await withTaskGroup(of: (Int, Result<CommitReceipt, StorageError>).self) { group in
                let outcomes = BatchOutcomes(count)
                for (place, (_, batch)) in batches.enumerated() {
                    store.commit(batch, lane: lane) { outcomes.settle(place, $0) }
                }
                for place in batches.indices { group.addTask { (place, await outcomes.value(place)) } }
                var results: [Result<CommitReceipt, StorageError>?] = batches.map { _ in nil }
                for await (place, result) in group { results[place] = result }
                return results.compactMap(\.self)
            }
        }
        finish(batches.map(\.0), results, first)
    }

    private mutating func finish(
        _ items: [String],
        _ results: [Result<CommitReceipt, StorageError>],
        _ first: UInt64
    ) {
        var hasFailed = false
        for (item, result) in zip(items, results) {
            switch result {
            case .success:
                if hasFailed {
                    client.world.violate("\(item) was committed after an earlier one of its lane had failed.")
                }
                writes.ended(item, in: name, .success(()))
            case .failure(let error):
                hasFailed = true
                if !client.world.mayFail {
                    client.world.violate("\(item) failed although nothing had gone wrong: \(error)")
                }
                writes.refused(item, in: name, because: error)
            }
        }
        last = hasFailed ? nil : first + UInt64(items.count)
    }

    /// The number of the last batch, after a failure as the store knows it.
    private mutating func begin() -> UInt64? {
        if let last { return last }
        do {
            _ = try store.registerClass(Self.classKey, storage: .keyValue, uniqueKey: "roost-stored")
            lane = CommitLane()
            last = try store.info(of: object)?.lastSequence ?? 0
        } catch {
            last = nil
        }
        return last
    }

    private func batch(_ sequence: UInt64, _ item: String) -> Batch {
        Batch(
            object: object,
            name: nil,
            sequence: sequence,
            changes: [.put(.entries, key: Array(item.utf8), tag: .bytes, payload: [1])]
        )
    }

    /// What is in the store.
    func items() throws -> [String] {
        _ = try store.registerClass(Self.classKey, storage: .keyValue, uniqueKey: "roost-stored")
        guard
            let number = try store.number(of: object),
            let record = try store.classes().first(where: { $0.key == Self.classKey })
        else { return [] }
        return try store.read { transaction throws(StorageError) in
            var found: [String] = []
            try transaction.scan(
                classNumber: record.number,
                object: number,
                space: .entries,
                from: nil,
                to: nil
            ) { key, _, _ in
                found.append(Self.text(key))
                return true
            }
            return found
        }
    }

    private static func text(_ key: RawSpan) -> String {
        String(decoding: (0..<key.byteCount).map { key.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }, as: UTF8.self)
    }
}
