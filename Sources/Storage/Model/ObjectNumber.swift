/// The number an object has in this store, given in order of creation.
///
/// It prefixes every key of the object, so that objects made at the same time are neighbours on disk. It means
/// nothing in another store.
public struct ObjectNumber: Hashable, Sendable {
    /// The number itself; the first object is 1.
    public let value: UInt64

    /// Makes an object number from its value.
    public init(value: UInt64) {
        self.value = value
    }
}

extension ObjectNumber: Comparable {
    /// Orders objects by creation.
    public static func < (left: ObjectNumber, right: ObjectNumber) -> Bool {
        left.value < right.value
    }
}

extension ObjectNumber: CustomStringConvertible {
    /// The value in decimal.
    public var description: String {
        String(value)
    }
}
