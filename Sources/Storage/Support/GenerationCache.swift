/// A cache with a bound, for which forgetting is always correct.
///
/// It keeps two generations. What is looked up moves to the younger one; when that holds half of the bound it
/// becomes the older one, and what nobody asked for since then is forgotten.
package struct GenerationCache<Key: Hashable, Value> {
    private let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    package init(capacity: Int) {
        self.capacity = capacity
    }

    package var count: Int { young.count + old.count }

    package mutating func value(for key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    package mutating func insert(_ value: Value, for key: Key) {
        if young.count >= capacity / 2 {
            swap(&old, &young)
            // It will be filled again, in the memory that it has.
            young.removeAll(keepingCapacity: true)
        }
        young[key] = value
    }

    package mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
