/// Which models a tenant uses, and which its requests may name.
package struct ModelChoice: Sendable, Hashable, Codable {
    /// The model that answers unless a request names another; `nil` means the server's default.
    package var chat: String?
    /// The model asked once when the first one fails before its first token.
    package var fallback: String?
    /// The model that turns text into vectors; `nil` means the server's default.
    package var embeddings: String?
    /// The models a request may name.
    ///
    /// The tenant's own chat model may always be named.
    package var allowed: [String]

    /// Creates a choice.
    package init(
        chat: String? = nil,
        fallback: String? = nil,
        embeddings: String? = nil,
        allowed: [String] = []
    ) {
        self.chat = chat
        self.fallback = fallback
        self.embeddings = embeddings
        self.allowed = allowed
    }

    /// Chooses the model for a request.
    ///
    /// - Parameters:
    ///   - requested: The model the request names, if any.
    ///   - serverDefault: The model of tenants that configure none.
    /// - Throws: ``ModelError/Code/notAllowed`` when the request names a model it may not use.
    package func model(requested: String?, serverDefault: String) throws(ModelError) -> String {
        let usual = chat ?? serverDefault
        guard let requested else { return usual }
        guard requested == usual || allowed.contains(requested) else {
            throw ModelError(.notAllowed, "The model is not on the tenant's list; see aiModels.allowed.")
        }
        return requested
    }
}
