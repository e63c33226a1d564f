public import Distributed

/// Takes what a method returned or threw and keeps it until the output gate lets it out.
public struct ReplyHandler: DistributedTargetInvocationResultHandler {
    /// What results must be.
    public typealias SerializationRequirement = ObjectMessage

    let slot: ReplySlot

    /// Keeps a result.
    public func onReturn<Success: ObjectMessage>(value: Success) async throws {
        guard let typed = slot as? TypedReplySlot<Success> else {
            slot.error = RoostError(.badCall, "The method returned \(Success.self), which its caller did not expect.")
            return
        }
        do { try InstanceGuard.check(value) } catch { slot.error = error }
        typed.value = value
    }

    /// A method without a result has nothing to keep.
    public func onReturnVoid() async throws {}

    /// Keeps an error.
    public func onThrow<Err: Error>(error: Err) async throws { slot.error = error }
}

/// Where one call's outcome lies until it may leave.
///
/// Touched by the task of that call alone, one step after another.
class ReplySlot {
    final var error: (any Error)?
}

final class TypedReplySlot<Value>: ReplySlot {
    var value: Value?
}
