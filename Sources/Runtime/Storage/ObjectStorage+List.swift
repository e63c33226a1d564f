import RoostStorage

/// Listings: the object's own changes merged, in key order, with what the store holds.
extension ObjectStorage {
    /// The entries that the options describe, in the order of their keys' bytes.
    ///
    /// - Throws: ``RoostError/Code/invalidArgument`` for contradictory options.
    public func list<Value: Codable & Sendable>(
        _ options: ListOptions = ListOptions(),
        as type: Value.Type = Value.self
    ) throws -> [(key: String, value: Value)] {
        var entries: [(key: String, value: Value)] = []
        try scan(options) { key, value in
            entries.append((key, try value.decoded(as: type)))
            return true
        }
        return entries
    }

    /// Calls `body` with one entry after the other, without collecting them, until it returns false.
    ///
    /// The body sees the storage as it was when the scan began. It may change the storage; the scan does not see that.
    public func scan(
        _ options: ListOptions = ListOptions(),
        _ body: (String, StoredValue) throws -> Bool
    ) throws {
        try begin()
        let range = try ListRange(options)
        guard !range.isEmpty else { return }
        var remaining = options.limit ?? Int.max
        try merge(.entries, range, reverse: options.reverse) { key, value in
            remaining -= 1
            let goOn = try body(String(decoding: key, as: UTF8.self), StoredValue(value: value))
            return goOn && remaining > 0
        }
    }

    private func merge(
        _ space: Space,
        _ range: ListRange,
        reverse: Bool,
        _ body: ([UInt8], ObjectBuffer.Value) throws -> Bool
    ) throws {
        var own = ownEntries(space, range, reverse: reverse)[...]
        var goOn = true

        // Delivers our own entries that come before `key`, and tells whether one of ours stands in its place.
        func catchUp(to key: [UInt8]) throws -> Bool {
            while goOn, let next = own.first, Self.comes(next.key, before: key, reverse: reverse) {
                own.removeFirst()
                if let value = next.value { goOn = try body(next.key, value) }
            }
            return own.first?.key == key
        }

        if buffer.layer.wipedIn == nil, let number = activation.number {
            // In pieces, so that no read of the store lasts as long as the caller's code. Commits in between change
            // nothing that is seen: what they contain is in `own`, which goes before the store.
            var rest = range
            var piece: [(key: [UInt8], value: ObjectBuffer.Value)]
            repeat {
                piece = try activation.entry.entries(
                    number,
                    space,
                    rest,
                    reverse: reverse,
                    limit: Self.entriesPerRead
                )
                for (key, value) in piece {
                    if try catchUp(to: key) { continue }
                    guard goOn else { return }
                    goOn = try body(key, value)
                    guard goOn else { return }
                }
                if let last = piece.last?.key { rest.skip(past: last, reverse: reverse) }
            } while piece.count == Self.entriesPerRead && !rest.isEmpty
        }
        while goOn, let next = own.popFirst() {
            if let value = next.value { goOn = try body(next.key, value) }
        }
    }

    /// How many entries are taken from the store at once.
    private static let entriesPerRead = 256

    private func ownEntries(
        _ space: Space,
        _ range: ListRange,
        reverse: Bool
    ) -> [(key: [UInt8], value: ObjectBuffer.Value?)] {
        let lower = ObjectBuffer.key(space, range.lower)
        let upper = range.upper.map { ObjectBuffer.key(space, $0) } ?? [space.rawValue + 1]
        return buffer.layer.entries.range(from: lower, to: upper, reverse: reverse).map { key, entry in
            (Array(key.dropFirst()), entry.value)
        }
    }

    private static func comes(_ left: [UInt8], before right: [UInt8], reverse: Bool) -> Bool {
        reverse ? right.lexicographicallyPrecedes(left) : left.lexicographicallyPrecedes(right)
    }
}

/// A value as it lies in the storage, not yet decoded.
public struct StoredValue: Sendable {
    let value: ObjectBuffer.Value

    /// The stored bytes: JSON for values that were put as Swift values, else as they were put.
    public var bytes: [UInt8] { value.payload }

    /// The value as a Swift value.
    ///
    /// - Throws: ``RoostError/Code/typeMismatch`` when it is something else.
    public func decoded<Value: Codable & Sendable>(as type: Value.Type = Value.self) throws(RoostError) -> Value {
        try ValueCoding.decode(value, as: type)
    }
}
