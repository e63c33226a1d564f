/// How an OpenAI-compatible provider is called.
package struct OpenAIConfiguration: Sendable {
    /// The address before `/chat/completions`.
    ///
    /// Default: OpenAI's own.
    package var baseURL: String
    /// The key sent as bearer token; `nil` for providers on the own machine that need none.
    package var apiKey: SecretText?
    /// The longest wait for the first piece of an answer, per attempt.
    ///
    /// Default 30 s.
    package var firstTokenTimeout: Duration
    /// The longest time for a whole answer, all attempts and pauses included.
    ///
    /// Default 120 s.
    package var totalTimeout: Duration
    /// When a failed attempt is repeated.
    package var retry: RetryPolicy
    /// When the provider is left alone.
    package var breaker: CircuitBreaker.Configuration
    /// How much of the stream may be held at once.
    package var stream: ServerSentEventParser.Limits
    /// The longest answer, in bytes of text.
    ///
    /// Default 4 MiB.
    package var answerBytes: Int

    /// Creates a configuration.
    package init(
        baseURL: String = "https://api.openai.com/v1",
        apiKey: SecretText? = nil,
        firstTokenTimeout: Duration = .seconds(30),
        totalTimeout: Duration = .seconds(120),
        retry: RetryPolicy = RetryPolicy(),
        breaker: CircuitBreaker.Configuration = CircuitBreaker.Configuration(),
        stream: ServerSentEventParser.Limits = ServerSentEventParser.Limits(),
        answerBytes: Int = 4 << 20
    ) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.firstTokenTimeout = firstTokenTimeout
        self.totalTimeout = totalTimeout
        self.retry = retry
        self.breaker = breaker
        self.stream = stream
        self.answerBytes = answerBytes
    }

    /// The address of the chat completions of this provider.
    var completionsURL: String {
        let base = baseURL.last == "/" ? String(baseURL.dropLast()) : baseURL
        return base + "/chat/completions"
    }
}
