/// Why a model did not answer, or not to the end.
///
/// Neither `message` nor `description` ever contains a credential, a prompt or an answer; the text of the underlying
/// error is left out of both for that reason.
package struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case unavailable, rateLimited, rejected, badAnswer, timedOut, interrupted, cancelled, notAllowed
        }

        private let kind: Kind

        /// The code's name, as it appears in logs.
        package var description: String { kind.rawValue }

        /// The provider cannot be reached, answers with 5xx, or is being spared by the circuit breaker.
        package static let unavailable = Code(kind: .unavailable)
        /// The provider asks us to slow down (429).
        package static let rateLimited = Code(kind: .rateLimited)
        /// The provider refuses this request (any other 4xx); repeating it will not help.
        package static let rejected = Code(kind: .rejected)
        /// What the provider sent is not an answer in the protocol agreed on.
        package static let badAnswer = Code(kind: .badAnswer)
        /// The first token or the whole answer took too long.
        package static let timedOut = Code(kind: .timedOut)
        /// The answer broke off after its first piece had been handed on.
        package static let interrupted = Code(kind: .interrupted)
        /// Whoever asked no longer wants the answer.
        package static let cancelled = Code(kind: .cancelled)
        /// The tenant may not use the model that was named.
        package static let notAllowed = Code(kind: .notAllowed)
    }

    /// The kind of failure.
    package let code: Code
    /// What was wrong and what to do, safe to log.
    package let message: String
    /// How long the provider wants to be left alone, where it said so.
    package let retryAfter: Duration?
    /// The error below this one.
    ///
    /// It may quote what was sent: do not log it.
    package let underlyingError: (any Error)?

    /// Creates an error.
    package init(
        _ code: Code,
        _ message: String,
        retryAfter: Duration? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.underlyingError = underlyingError
    }

    /// Whether the same request may succeed later.
    package var retryable: Bool {
        code == .unavailable || code == .rateLimited || code == .timedOut
    }

    /// Whether another model may be asked instead: nothing was handed on yet, and somebody still wants an answer.
    package var permitsFallback: Bool {
        code != .interrupted && code != .cancelled && code != .notAllowed
    }

    /// The code and the message.
    package var description: String { "\(code): \(message)" }

    /// Errors are equal when their codes are.
    package static func == (left: ModelError, right: ModelError) -> Bool {
        left.code == right.code
    }
}
