/// A cache with a bound, for which forgetting is always correct.
///
/// It keeps two generations. What is looked up moves to the younger one; when that holds half of the bound it
/// becomes the older one, and what nobody asked for since then is forgotten.
///
/// Public and inlinable for the same reason as ``OrderedMap``, and no part of what a store offers either.
public struct GenerationCache<Key: Hashable, Value> {
    @usableFromInline let capacity: Int
    @usableFromInline var young: [Key: Value] = [:]
    @usableFromInline var old: [Key: Value] = [:]

    /// Makes an empty cache that never holds more than `capacity` entries.
    @inlinable public init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many entries it holds.
    @inlinable public var count: Int { young.count + old.count }

    /// What is remembered for a key.
    @inlinable public mutating func value(for key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    /// Remembers a value; may forget others.
    @inlinable public mutating func insert(_ value: Value, for key: Key) {
        if young.count >= capacity / 2 {
            swap(&old, &young)
            // It will be filled again, in the memory that it has.
            young.removeAll(keepingCapacity: true)
        }
        young[key] = value
    }

    /// Forgets everything.
    @inlinable public mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
