public import RoostStorage

/// Names one object of one class: 32 bytes, written as 64 lowercase hexadecimal digits.
///
/// Two ids are equal when their bytes are; the name, which is only known to those who made the id from it, does not
/// count.
public struct DurableObjectID: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let raw: ObjectID

    /// The name that this id was made from.
    ///
    /// Nil for unique ids, for ids read from text, and, inside the object, for names of more than 1,024 bytes.
    public let name: String?

    init(raw: ObjectID, name: String?) {
        self.raw = raw
        self.name = name
    }

    /// The 64 digits.
    public var description: String { raw.description }

    /// Compares the bytes.
    public static func == (left: DurableObjectID, right: DurableObjectID) -> Bool { left.raw == right.raw }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(raw) }
}
