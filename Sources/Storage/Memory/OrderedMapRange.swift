/// The entries of an ``OrderedMap`` between two keys, walked lazily.
///
/// It shows the map as it was when the range was made, whatever happens to the map meanwhile.
public struct OrderedMapRange<Value>: Sequence, IteratorProtocol {
    @usableFromInline typealias Node = OrderedMapNode<Value>

    @usableFromInline let limit: [UInt8]?
    @usableFromInline let reverse: Bool
    /// The inner nodes above the leaf, each with the child that is being walked.
    @usableFromInline var path: [(node: Node, child: Int)] = []
    @usableFromInline var leaf: Node
    /// The next place in the leaf; outside it when the leaf is done.
    @usableFromInline var index = 0

    @inlinable init(root: OrderedMapNode<Value>, lower: [UInt8]?, upper: [UInt8]?, reverse: Bool) {
        self.reverse = reverse
        limit = reverse ? lower : upper
        leaf = root
        let start = reverse ? upper : lower
        while !leaf.isLeaf {
            let child = start.map(leaf.childIndex(for:)) ?? (reverse ? leaf.children.count - 1 : 0)
            path.append((leaf, child))
            leaf = leaf.children[child]
        }
        let place = start.map(leaf.lowerBound) ?? (reverse ? leaf.keys.count : 0)
        index = reverse ? place - 1 : place
    }

    /// The next entry, or `nil` at the end.
    @inlinable public mutating func next() -> (key: [UInt8], value: Value)? {
        while !leaf.keys.indices.contains(index) {
            guard moveToNextLeaf() else { return nil }
        }
        let key = leaf.keys[index]
        if let limit {
            let isInside = reverse ? !ByteOrder.precedes(key, limit) : ByteOrder.precedes(key, limit)
            guard isInside else { return nil }
        }
        let value = leaf.values[index]
        index += reverse ? -1 : 1
        return (key, value)
    }

    @inlinable mutating func moveToNextLeaf() -> Bool {
        let step = reverse ? -1 : 1
        while let (node, child) = path.popLast() {
            guard node.children.indices.contains(child + step) else { continue }
            path.append((node, child + step))
            leaf = node.children[child + step]
            while !leaf.isLeaf {
                let edge = reverse ? leaf.children.count - 1 : 0
                path.append((leaf, edge))
                leaf = leaf.children[edge]
            }
            index = reverse ? leaf.keys.count - 1 : 0
            return true
        }
        return false
    }
}
