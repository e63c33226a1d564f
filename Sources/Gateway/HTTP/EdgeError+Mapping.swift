import RoostObjects
import RoostRuntime

extension EdgeError {
    /// Finds the answer for any error that a handler may throw.
    ///
    /// What is not known here is an internal error: the client learns the trace id and nothing else.
    package init(mapping error: any Error) {
        switch error {
        case let error as EdgeError: self = error
        case let error as ChatSessionError: self.init(error)
        case RateLimiterError.invalidCost: self = .invalid("cost", "must be at least 1").caused(by: error)
        case let error as ModelError: self.init(error)
        case let error as RoostError: self.init(error)
        default: self = .ours(error)
        }
    }

    private static func ours(_ error: any Error) -> EdgeError {
        EdgeError(.internalError, "Something went wrong on our side; the trace id finds it in the log.", cause: error)
    }

    private init(_ error: ChatSessionError) {
        switch error {
        case .notFound: self = .notFound("session")
        case .conflict: self.init(.conflict, error.description)
        case .invalid(let field, let reason): self = .invalid(field, reason)
        case .unreadable: self = .ours(error)
        }
    }

    private init(_ error: ModelError) {
        switch error.code {
        case .notAllowed:
            self.init(.modelNotAllowed, "This model is not on the tenant's list.", cause: error)
        default:
            self.init(.aiError, "AI provider unavailable", cause: error)
        }
    }

    private init(_ error: RoostError) {
        if error.overloaded {
            self = .overloaded("Too many requests wait for this object; try again shortly.", cause: error)
            return
        }
        switch error.code {
        case .handlerMissing: self = .notFound("route").caused(by: error)
        case .bodyTooLarge:
            self.init(.payloadTooLarge, "The body is larger than this object takes.", cause: error)
        case .storeFailed, .shuttingDown:
            self = .notReady("The server cannot store anything now.", cause: error)
        case .objectReset, .instanceGone:
            self = .overloaded(
                "Not everything could be stored; look at what is there before you try again.",
                cause: error
            )
        default: self = .ours(error)
        }
    }

    private func caused(by error: any Error) -> EdgeError {
        var copy = self
        copy.cause = error
        return copy
    }
}
