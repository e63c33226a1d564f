public import Distributed

/// Makes ``ObjectSystem`` the actor system of every distributed actor in a file that imports this module.
public typealias DefaultDistributedActorSystem = ObjectSystem

/// A class of named, durable, single-threaded objects.
///
/// ```swift
/// distributed actor Counter: DurableObject {
///     let storage: ObjectStorage
///
///     init(context: ObjectContext) {
///         actorSystem = context.actorSystem
///         storage = context.storage
///     }
///
///     distributed func increment(by amount: Int = 1) throws -> Int {
///         let value = (try storage.get("value", as: Int.self) ?? 0) + amount
///         try storage.put("value", value)
///         return value
///     }
/// }
/// ```
///
/// The initializer may be `async`, `throws`, both or neither. It runs when the first event reaches a sleeping object;
/// events wait, in order, until it has returned. When it throws, every waiting caller gets its error, what it had
/// written is dropped, and the next call starts a fresh instance.
///
/// `self` must not leave the object, because a call through it would go past the gates: hand out
/// ``ObjectContext/stub(as:)``. Work started with `Task.detached` counts as work from outside; plain `Task { }`
/// belongs to the object.
///
/// Isolation: an instance is an ordinary actor. Between two `await`s nothing else runs in it, at every `await`
/// something else may. Everything changed between two `await`s is committed together or not at all.
public protocol DurableObject: DistributedActor where ActorSystem == ObjectSystem {
    /// Makes the instance for a sleeping object.
    ///
    /// - Parameter context: What the object may use. It must store `context.actorSystem` in `actorSystem` first.
    init(context: sending ObjectContext) async throws
}
