/// An object, named by its class and its id: the form that means the same in every store.
public struct ObjectReference: Hashable, Sendable {
    /// The class of the object.
    public let classKey: ClassKey

    /// The id of the object within its class.
    public let id: ObjectID

    /// Makes a reference to an object, whether or not it exists.
    public init(classKey: ClassKey, id: ObjectID) {
        self.classKey = classKey
        self.id = id
    }
}

extension ObjectReference: CustomStringConvertible {
    /// The class and the id.
    public var description: String {
        "\(classKey) \(id)"
    }
}
