/// What a model says while it answers.
package enum ModelEvent: Sendable, Hashable {
    /// The next piece of the answer, never empty and never cut inside a character.
    case text(String)
    /// The end of the answer: what it took, and the model that was asked for it. Always last, exactly once.
    case finished(ModelUsage, modelId: String)
}

/// Takes a model's events one at a time; whoever answers waits until it returns.
package typealias ModelSink = @Sendable (ModelEvent) async throws -> Void

/// Something that can continue a conversation.
///
/// Back-pressure: the next piece is read from the provider only after `emit` has returned, so a slow reader slows
/// the provider and nothing is buffered here.
///
/// Failure and cancellation: every failure is a ``ModelError``. When `emit` throws, the answer stops with code
/// ``ModelError/Code/cancelled`` and that error as ``ModelError/underlyingError``. Cancelling the task closes the
/// call to the provider.
package protocol ChatModel: Sendable {
    /// The provider's name, for readiness checks, logs and metrics.
    var name: String { get }

    /// Answers the last turn of a conversation.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - emit: Takes the pieces in order, then ``ModelEvent/finished(_:modelId:)``.
    func answer(_ request: ModelRequest, emit: @escaping ModelSink) async throws(ModelError)
}

/// Hands an event over, and turns whatever the reader throws into the error that stops the answer.
func hand(_ event: ModelEvent, to emit: ModelSink) async throws(ModelError) {
    do {
        try await emit(event)
    } catch let error as ModelError {
        throw error
    } catch {
        throw ModelError(.cancelled, "The reader of the answer stopped taking it.", underlyingError: error)
    }
}
