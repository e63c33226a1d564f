/// A node of an ``OrderedMap``: a leaf of keys and values, or an inner node of separators and children.
///
/// A node reached from two maps is never changed: whoever wants to change it copies it first. That is why it
/// may be sent between threads although it is a class with variables.
@usableFromInline
final class OrderedMapNode<Value> {
    /// Of a leaf its keys.
    ///
    /// Of an inner node, for each child but the first, the key at which it begins.
    @usableFromInline var keys: [[UInt8]]
    @usableFromInline var values: [Value]
    /// Empty for a leaf.
    @usableFromInline var children: [OrderedMapNode]

    @inlinable init(keys: [[UInt8]], values: [Value], children: [OrderedMapNode]) {
        self.keys = keys
        self.values = values
        self.children = children
    }

    @inlinable var isLeaf: Bool { children.isEmpty }

    /// What a node must not have too many or too few of.
    @inlinable var size: Int { isLeaf ? keys.count : children.count }

    @inlinable func copy() -> OrderedMapNode {
        OrderedMapNode(keys: keys, values: values, children: children)
    }

    /// The first place whose key is not before `key`.
    @inlinable func lowerBound(_ key: [UInt8]) -> Int {
        partition { ByteOrder.precedes($0, key) }
    }

    /// The child under which `key` belongs.
    @inlinable func childIndex(for key: [UInt8]) -> Int {
        partition { !ByteOrder.precedes(key, $0) }
    }

    /// The number of keys at the front for which `isBefore` holds.
    @inlinable func partition(_ isBefore: ([UInt8]) -> Bool) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(keys[middle]) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The place of a key in a leaf.
    @inlinable func index(of key: [UInt8]) -> Int? {
        let index = lowerBound(key)
        return index < keys.count && keys[index] == key ? index : nil
    }

    /// Moves the upper half into a new node and returns it with the key at which it begins.
    @inlinable func split() -> (separator: [UInt8], right: OrderedMapNode) {
        let middle = size / 2
        if isLeaf {
            let right = OrderedMapNode(keys: Array(keys[middle...]), values: Array(values[middle...]), children: [])
            keys.removeSubrange(middle...)
            values.removeSubrange(middle...)
            return (right.keys[0], right)
        }
        let separator = keys[middle - 1]
        let right = OrderedMapNode(keys: Array(keys[middle...]), values: [], children: Array(children[middle...]))
        keys.removeSubrange((middle - 1)...)
        children.removeSubrange(middle...)
        return (separator, right)
    }

    /// Takes over everything of the next node, which begins at `separator`.
    @inlinable func absorb(_ right: OrderedMapNode, separator: [UInt8]) {
        if !isLeaf {
            keys.append(separator)
        }
        keys.append(contentsOf: right.keys)
        values.append(contentsOf: right.values)
        children.append(contentsOf: right.children)
    }

    /// The child at a place, copied first when another map can reach it.
    @inlinable func uniqueChild(at index: Int) -> OrderedMapNode {
        if !isKnownUniquelyReferenced(&children[index]) {
            children[index] = children[index].copy()
        }
        return children[index]
    }
}

// Unchecked because it is a class with variables; see above for why that is safe.
extension OrderedMapNode: @unchecked Sendable where Value: Sendable {}
