import RoostStorage

/// Keys and values. Keys are texts, ordered by their UTF-8 bytes; the empty text is a key like any other.
extension ObjectStorage {
    /// The value of a key, or nil when there is none.
    ///
    /// - Throws: ``RoostError/Code/typeMismatch`` when something else is stored there,
    ///   ``RoostError/Code/corruption`` when the stored bytes are damaged.
    public func get<Value: Codable & Sendable>(
        _ key: String,
        as type: Value.Type = Value.self
    ) throws(RoostError) -> Value? {
        try begin()
        guard let stored = try read(try checked(key)) else { return nil }
        return try ValueCoding.decode(stored, as: type)
    }

    /// The raw bytes of a key, or nil when there are none.
    public func getBytes(_ key: String) throws(RoostError) -> [UInt8]? {
        try begin()
        return try read(try checked(key))?.payload
    }

    /// The values of several keys, in the order of the keys' bytes; keys without a value are left out.
    public func get<Value: Codable & Sendable>(
        _ keys: [String],
        as type: Value.Type = Value.self
    ) throws(RoostError) -> [(key: String, value: Value)] {
        try begin()
        try limits.check(keyCount: keys.count)
        var found: [(key: String, value: Value)] = []
        for key in Set(keys).sorted(by: Self.precedes) {
            guard let stored = try read(try checked(key)) else { continue }
            found.append((key, try ValueCoding.decode(stored, as: type)))
        }
        return found
    }

    /// Stores a value under a key.
    ///
    /// - Throws: ``RoostError/Code/limitExceeded`` for keys or values that are too large. Nothing is changed then.
    public func put<Value: Codable & Sendable>(
        _ key: String,
        _ value: Value,
        options: WriteOptions = WriteOptions()
    ) throws(RoostError) {
        try begin()
        let key = try checked(key)
        let stored = try ValueCoding.encode(value)
        try limits.check(value: stored)
        try write(key, stored, confirmed: !options.allowUnconfirmed)
    }

    /// Stores bytes under a key, as they are.
    public func putBytes(
        _ key: String,
        _ bytes: [UInt8],
        options: WriteOptions = WriteOptions()
    ) throws(RoostError) {
        try begin()
        let key = try checked(key)
        let stored = ObjectBuffer.Value(tag: .bytes, payload: bytes)
        try limits.check(value: stored)
        try write(key, stored, confirmed: !options.allowUnconfirmed)
    }

    /// Stores several values: all of them, or none when one cannot be stored.
    public func put<Value: Codable & Sendable>(
        _ entries: [String: Value],
        options: WriteOptions = WriteOptions()
    ) throws(RoostError) {
        try begin()
        try limits.check(keyCount: entries.count)
        var stored: [(key: [UInt8], value: ObjectBuffer.Value)] = []
        for (key, value) in entries.sorted(by: { Self.precedes($0.key, $1.key) }) {
            let encoded = try ValueCoding.encode(value)
            try limits.check(value: encoded)
            stored.append((try checked(key), encoded))
        }
        let savepoint = buffer.savepoint()
        do {
            for (key, value) in stored { try write(key, value, confirmed: !options.allowUnconfirmed) }
            buffer.release()
        } catch {
            rollBack(to: savepoint)
            throw error
        }
    }

    /// Deletes a key.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    public func delete(_ key: String, options: WriteOptions = WriteOptions()) throws(RoostError) -> Bool {
        try begin()
        return try remove(try checked(key), options)
    }

    /// Deletes several keys.
    ///
    /// - Returns: How many of them were there.
    @discardableResult
    public func delete(_ keys: [String], options: WriteOptions = WriteOptions()) throws(RoostError) -> Int {
        try begin()
        try limits.check(keyCount: keys.count)
        var count = 0
        var checkedKeys: [[UInt8]] = []
        for key in keys { checkedKeys.append(try checked(key)) }
        for key in checkedKeys where try remove(key, options) { count += 1 }
        return count
    }

    private func remove(_ key: [UInt8], _ options: WriteOptions) throws(RoostError) -> Bool {
        guard try read(key) != nil else { return false }
        try write(key, nil, confirmed: !options.allowUnconfirmed)
        return true
    }

    /// The key with its space in front.
    private func checked(_ key: String) throws(RoostError) -> [UInt8] {
        try limits.check(keyBytes: key.utf8.count)
        return ObjectBuffer.key(.entries, key.utf8)
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
