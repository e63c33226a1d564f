import RoostStorage

/// One registered class: what its objects are made of, and those that are awake.
final class ClassEntry: Sendable {
    /// The runtime. It and its classes hold each other until `Roost.shutdown` lets go.
    let roost: Roost
    let record: ClassRecord
    let key: NamespaceKey
    let catalog = Catalog()
    let typeID: ObjectIdentifier
    let make: @Sendable (sending ObjectContext) async throws -> any DurableObject

    init<Object: DurableObject>(roost: Roost, record: ClassRecord, type: Object.Type) {
        self.roost = roost
        self.record = record
        key = NamespaceKey(uniqueKey: record.uniqueKey)
        typeID = ObjectIdentifier(type)
        make = { context in try await Object(context: context) }
    }

    func address(_ id: DurableObjectID) -> ObjectAddress { ObjectAddress(classKey: record.key, proven: id) }

    // MARK: Reading the store

    func info(_ address: ObjectAddress) throws(RoostError) -> ObjectInfo? {
        do { return try roost.store.info(of: address.reference) } catch { throw RoostError(error) }
    }

    func read(_ number: ObjectNumber, _ space: Space, _ key: [UInt8]) throws(RoostError) -> ObjectBuffer.Value? {
        do {
            return try roost.store.read { transaction throws(StorageError) in
                try transaction.withValue(
                    classNumber: record.number, object: number, space: space, key: key
                ) { tag, payload in
                    ObjectBuffer.Value(tag: tag, payload: Self.bytes(payload))
                }
            }
        } catch {
            throw RoostError(error)
        }
    }

    /// The first `limit` entries of a range, or the last ones in descending order.
    func entries(
        _ number: ObjectNumber, _ space: Space, _ range: ListRange, reverse: Bool, limit: Int
    ) throws(RoostError) -> [(key: [UInt8], value: ObjectBuffer.Value)] {
        do {
            return try roost.store.read { transaction throws(StorageError) in
                var entries: [(key: [UInt8], value: ObjectBuffer.Value)] = []
                try transaction.scan(
                    classNumber: record.number, object: number, space: space, from: range.lower, to: range.upper,
                    reverse: reverse
                ) { key, tag, payload in
                    entries.append((Self.bytes(key), ObjectBuffer.Value(tag: tag, payload: Self.bytes(payload))))
                    return entries.count < limit
                }
                return entries
            }
        } catch {
            throw RoostError(error)
        }
    }

    /// Copies what lies in the store's map: nothing of that may outlive the read.
    private static func bytes(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}
