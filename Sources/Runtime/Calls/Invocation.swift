public import Distributed

/// What every value must be that crosses a stub.
public typealias ObjectMessage = Codable & Sendable

/// The arguments of one call, as the compiler hands them over.
///
/// Inside one process they are passed as they are: they are `Sendable`, so there is nothing to be gained by writing
/// them out and reading them back. A class of box per type makes unpacking a pointer comparison instead of a dynamic
/// cast.
public struct InvocationEncoder: DistributedTargetInvocationEncoder {
    /// What arguments must be.
    public typealias SerializationRequirement = ObjectMessage

    private(set) var arguments: [ArgumentBox] = []

    /// What the arguments take in memory, roughly: the measure of an object's queue.
    private(set) var approximateBytes = 0

    init() {}

    /// Generic calls need nothing recorded.
    public mutating func recordGenericSubstitution<T>(_ type: T.Type) throws {}

    /// Keeps one argument.
    public mutating func recordArgument<Value: ObjectMessage>(_ argument: RemoteCallArgument<Value>) throws {
        try InstanceGuard.check(argument.value)
        approximateBytes += ApproximateSize.of(argument.value)
        arguments.append(TypedArgumentBox(argument.value))
    }

    /// The type is known where the call ends; nothing to keep.
    public mutating func recordReturnType<R: ObjectMessage>(_ type: R.Type) throws {}

    /// Errors stay as they are inside one process; nothing to keep.
    public mutating func recordErrorType<E: Error>(_ type: E.Type) throws {}

    /// Nothing more will come.
    public mutating func doneRecording() throws {}
}

/// Hands the arguments of one call to the method, in order.
public struct InvocationDecoder: DistributedTargetInvocationDecoder {
    /// What arguments must be.
    public typealias SerializationRequirement = ObjectMessage

    private let arguments: [ArgumentBox]
    private var next = 0

    init(_ arguments: [ArgumentBox]) { self.arguments = arguments }

    /// No substitutions were recorded.
    public mutating func decodeGenericSubstitutions() throws -> [any Any.Type] { [] }

    /// The next argument.
    ///
    /// - Throws: ``RoostError/Code/badCall`` when caller and object disagree about the method's parameters.
    public mutating func decodeNextArgument<Argument: ObjectMessage>() throws -> Argument {
        guard next < arguments.count, let box = arguments[next] as? TypedArgumentBox<Argument> else {
            throw RoostError(
                .badCall,
                "Argument \(next + 1) of this call is not what the method expects, \(Argument.self)."
            )
        }
        next += 1
        return box.value
    }

    /// Errors are passed as they are.
    public mutating func decodeErrorType() throws -> (any Any.Type)? { nil }

    /// Results are passed as they are.
    public mutating func decodeReturnType() throws -> (any Any.Type)? { nil }
}

/// Keeps instances inside their objects: what crosses a stub may be a stub, never an instance.
///
/// A call through an instance would go past every gate. Only the value itself is looked at, not what it contains.
enum InstanceGuard {
    static func check<Value>(_ value: Value) throws(RoostError) {
        guard Value.self is AnyClass, let object = value as? any DurableObject, __isLocalActor(object) else { return }
        throw RoostError(
            .invalidArgument,
            "An instance cannot leave its object. Pass a stub instead: `try context.stub(as: \(Value.self).self)`."
        )
    }
}

/// One argument of a call, of whatever type.
class ArgumentBox: @unchecked Sendable {
    // Immutable from its initializer on, and so are its subclasses, which hold one `Sendable` value each.
}

final class TypedArgumentBox<Value: Sendable>: ArgumentBox, @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
