import AsyncHTTPClient
import NIOHTTP1

extension ModelError {
    /// The error for a status other than 200.
    ///
    /// The body is not read: providers quote the prompt in it.
    init(refusal status: HTTPResponseStatus, headers: HTTPHeaders) {
        let retryAfter = Self.retryAfter(headers)
        switch status.code {
        case 429:
            self.init(.rateLimited, "The provider limits our rate (status 429).", retryAfter: retryAfter)
        case 408, 500...599:
            let message = "The provider is out of order (status \(status.code))."
            self.init(.unavailable, message, retryAfter: retryAfter)
        case 401, 403:
            let message = "The provider does not accept our credentials (status \(status.code)); check the API key."
            self.init(.rejected, message)
        case 400...499:
            self.init(.rejected, "The provider refused the request (status \(status.code)); check model and settings.")
        default:
            self.init(.badAnswer, "The provider answered with the unexpected status \(status.code).")
        }
    }

    /// The error for whatever went wrong during an exchange.
    init(translating error: any Error) {
        switch error {
        case let error as ModelError:
            self = error
        case is CancellationError:
            self.init(.cancelled, "The answer is no longer wanted.")
        case let error as HTTPClientError where error == .cancelled:
            self.init(.cancelled, "The answer is no longer wanted.")
        case is ServerSentEventParser.Overflow:
            self.init(.badAnswer, "The provider sent a line or an event beyond the limit of the stream.")
        case is EncodingError:
            self.init(.rejected, "The request cannot be written as JSON.")
        case let error as HTTPClientError where Self.configurationMistakes.contains(error):
            self.init(
                .rejected,
                "The provider's base URL is not usable; check OPENAI_BASE_URL.",
                underlyingError: error
            )
        default:
            self.init(.unavailable, "The connection to the provider failed.", underlyingError: error)
        }
    }

    private static let configurationMistakes: [HTTPClientError] = [.invalidURL, .emptyHost, .emptyScheme]

    /// Reads `retry-after`, in seconds or as a date.
    ///
    /// A date is measured against the provider's own `date`, so that its clock and ours need not agree.
    private static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        guard let text = headers.first(name: "retry-after") else { return nil }
        var seconds = Int64(text)
        if seconds == nil, let then = HTTPDate(text), let now = headers.first(name: "date").flatMap(HTTPDate.init) {
            // A moment that has passed means now.
            seconds = max(0, then.seconds - now.seconds)
        }
        guard let seconds, (0...86_400).contains(seconds) else { return nil }
        return .seconds(seconds)
    }
}
