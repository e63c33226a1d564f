/// What the runtime hands to an instance: its storage, its name, the time, and the other objects.
///
/// Isolation: belongs to one instance. It is not `Sendable`, and neither is the storage in it, so the compiler keeps
/// both inside the object.
public final class ObjectContext {
    /// To be stored in the instance's `actorSystem`, as the first thing its initializer does.
    public let actorSystem: ObjectSystem

    /// The object's own durable storage.
    public let storage: ObjectStorage

    /// The object's id, with the name it was addressed by.
    public let id: DurableObjectID

    let activation: Activation

    private var roost: Roost { activation.entry.roost }

    init(activation: Activation) {
        actorSystem = ObjectSystem(activation: activation)
        storage = ObjectStorage(activation: activation)
        id = activation.publicID
        self.activation = activation
    }

    /// The time, and timers.
    ///
    /// Objects ask this clock and no other, so that tests can turn it.
    public var clock: any RuntimeClock { roost.clock }

    /// Randomness.
    ///
    /// Objects draw from here and nowhere else, so that runs can be repeated.
    public var random: any RandomSource { roost.random }

    /// The objects of another class of this runtime.
    ///
    /// - Throws: ``RoostError/Code/unknownClass`` when the class was never registered.
    public func objects<Object: DurableObject>(of type: Object.Type) throws(RoostError) -> ObjectNamespace<Object> {
        try roost.objects(of: type)
    }

    /// A reference to this object itself that may be given to others.
    ///
    /// `self` must not leave an object: a call through it would bypass the gates. This can.
    public func stub<Object: DurableObject>(as type: Object.Type = Object.self) throws(RoostError) -> Object {
        try roost.objects(of: type).get(id)
    }
}

@available(*, unavailable)
extension ObjectContext: Sendable {}
