/// A map in byte order of its keys: a B+ tree of copy-on-write nodes.
///
/// Looking up, inserting and removing take O(log n). A copy takes O(1) and shares every node until one of the
/// two is changed, which then copies one path. Ranges are walked lazily in either direction.
///
/// Public and inlinable, so that the modules above get code for their own values instead of one that asks for types at
/// run time, which took five times as long; it is a tool of Roost's and no part of what a store offers.
public struct OrderedMap<Value> {
    /// Keys are bytes, and ordered byte by byte.
    public typealias Key = [UInt8]
    @usableFromInline typealias Node = OrderedMapNode<Value>

    /// The most keys of a leaf and the most children of an inner node.
    @inlinable static var nodeCapacity: Int { 64 }
    /// A node with less than this is joined with its neighbour.
    @inlinable static var nodeMinimum: Int { 24 }

    @usableFromInline var root = Node(keys: [], values: [], children: [])

    /// The number of keys.
    @inlinable public var count: Int { size }
    @usableFromInline var size = 0

    /// Makes an empty map.
    @inlinable public init() {}

    /// Whether there is no key.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The value of a key; assigning `nil` removes the key.
    public subscript(key: Key) -> Value? {
        @inlinable get {
            var node = root
            while !node.isLeaf {
                node = node.children[node.childIndex(for: key)]
            }
            return node.index(of: key).map { node.values[$0] }
        }
        @inlinable set {
            if let newValue {
                updateValue(newValue, forKey: key)
            } else {
                removeValue(forKey: key)
            }
        }
    }

    /// Stores a value and returns the one it replaced.
    @discardableResult
    @inlinable public mutating func updateValue(_ value: Value, forKey key: Key) -> Value? {
        makeRootUnique()
        let old = Self.insert(value, key, into: root)
        if old == nil {
            size += 1
        }
        if root.size > Self.nodeCapacity {
            let (separator, right) = root.split()
            root = Node(keys: [separator], values: [], children: [root, right])
        }
        return old
    }

    /// Removes a key and returns its value.
    @discardableResult
    @inlinable public mutating func removeValue(forKey key: Key) -> Value? {
        // Looking first keeps an absent key from copying a path.
        guard self[key] != nil else { return nil }
        makeRootUnique()
        let old = Self.remove(key, from: root)
        size -= 1
        if root.children.count == 1 {
            root = root.children[0]
        }
        return old
    }

    /// Removes everything.
    @inlinable public mutating func removeAll() {
        self = OrderedMap()
    }

    /// The entries from `lower` (inclusive) to `upper` (exclusive), in byte order or against it.
    @inlinable public func range(from lower: Key? = nil, to upper: Key? = nil, reverse: Bool = false)
        -> OrderedMapRange<Value>
    {
        OrderedMapRange(root: root, lower: lower, upper: upper, reverse: reverse)
    }

    @inlinable mutating func makeRootUnique() {
        if !isKnownUniquelyReferenced(&root) {
            root = root.copy()
        }
    }

    @inlinable static func insert(_ value: Value, _ key: Key, into node: Node) -> Value? {
        if node.isLeaf {
            let index = node.lowerBound(key)
            if index < node.keys.count, node.keys[index] == key {
                let old = node.values[index]
                node.values[index] = value
                return old
            }
            node.keys.insert(key, at: index)
            node.values.insert(value, at: index)
            return nil
        }
        let index = node.childIndex(for: key)
        let child = node.uniqueChild(at: index)
        let old = insert(value, key, into: child)
        if child.size > nodeCapacity {
            let (separator, right) = child.split()
            node.keys.insert(separator, at: index)
            node.children.insert(right, at: index + 1)
        }
        return old
    }

    @inlinable static func remove(_ key: Key, from node: Node) -> Value? {
        if node.isLeaf {
            guard let index = node.index(of: key) else { return nil }
            node.keys.remove(at: index)
            return node.values.remove(at: index)
        }
        let index = node.childIndex(for: key)
        let child = node.uniqueChild(at: index)
        let old = remove(key, from: child)
        if child.size < nodeMinimum, node.children.count > 1 {
            rebalance(node, around: max(index, 1))
        }
        return old
    }

    /// Joins two neighbours, and shares their content evenly when it does not fit into one node.
    @inlinable static func rebalance(_ node: Node, around right: Int) {
        let left = node.uniqueChild(at: right - 1)
        left.absorb(node.children[right], separator: node.keys[right - 1])
        if left.size <= nodeCapacity {
            node.children.remove(at: right)
            node.keys.remove(at: right - 1)
        } else {
            (node.keys[right - 1], node.children[right]) = left.split()
        }
    }
}

extension OrderedMap: Sendable where Value: Sendable {}
