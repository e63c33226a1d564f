import Synchronization

/// The one place from which models are called.
///
/// It chooses the model, asks the provider, and asks the tenant's fallback model once when the first fails before
/// anything was handed on. After the first piece nothing is repeated: a failure then is the caller's to report.
package struct ModelService: Sendable {
    private let provider: any ChatModel
    private let defaultModelId: String

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - provider: Who answers.
    ///   - defaultModelId: The model of tenants that configure none.
    package init(provider: any ChatModel, defaultModelId: String) {
        self.provider = provider
        self.defaultModelId = defaultModelId
    }

    /// The provider's name.
    package var providerName: String { provider.name }

    /// Chooses the model for a request, so that a model that is not allowed is refused before anything is stored.
    ///
    /// - Throws: ``ModelError/Code/notAllowed``.
    package func modelId(requested: String?, models: ModelChoice) throws(ModelError) -> String {
        try models.model(requested: requested, serverDefault: defaultModelId)
    }

    /// Answers a conversation.
    ///
    /// - Parameters:
    ///   - request: What is asked; its `modelId` is one that ``modelId(requested:models:)`` returned.
    ///   - models: The tenant's models, for the fallback.
    ///   - emit: Takes the pieces; the final event names the model that really answered.
    /// - Throws: The error of the last model asked.
    package func answer(
        _ request: ModelRequest,
        models: ModelChoice,
        emit: @escaping ModelSink
    ) async throws(ModelError) {
        let answering = FirstEvent()
        do {
            try await provider.answer(request) { event in
                answering.note()
                try await emit(event)
            }
        } catch {
            guard
                let fallback = models.fallback,
                fallback != request.modelId, error.permitsFallback, !answering.hasHappened
            else { throw error }
            var second = request
            second.modelId = fallback
            try await provider.answer(second, emit: emit)
        }
    }
}

/// Remembers that something was handed on, whatever code the provider's error carries afterwards.
private final class FirstEvent: Sendable {
    private let happened = Atomic(false)

    var hasHappened: Bool { happened.load(ordering: .acquiring) }

    func note() { happened.store(true, ordering: .releasing) }
}
