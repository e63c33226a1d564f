import RoostGateway

/// A model connected to a stand-in provider.
struct OpenAIFixture: Sendable {
    static let key = "sk-test-1234567890"

    let provider: StandInProvider
    let model: OpenAIModel
    let time: ModelTimeFixture
    let recorder = EventRecorder()

    /// Asks the model.
    ///
    /// - Returns: The error, or `nil` when it answered.
    func ask(_ text: String = "How are you?") async -> ModelError? {
        await failure { () async throws(ModelError) in
            try await model.answer(.asking(text), emit: recorder.sink)
        }
    }

    /// Runs a test against a provider that gives these replies, and closes everything afterwards.
    static func run(
        _ replies: [StandInProvider.Reply],
        configure: (inout OpenAIConfiguration) -> Void = { _ in },
        body: (OpenAIFixture) async throws -> Void
    ) async throws {
        let provider = StandInProvider(replies)
        let port = try await provider.start()
        var configuration = OpenAIConfiguration(
            baseURL: "http://127.0.0.1:\(port)/v1/",
            apiKey: SecretText(key),
            firstTokenTimeout: ModelTimeFixture.firstToken,
            totalTimeout: ModelTimeFixture.total
        )
        configure(&configuration)
        let http = ModelHTTPClient()
        let time = ModelTimeFixture()
        let model = OpenAIModel(configuration: configuration, http: http, time: time.time)
        let fixture = OpenAIFixture(provider: provider, model: model, time: time)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(fixture))
        } catch {
            outcome = .failure(error)
        }
        try await http.shutdown()
        try await provider.stop()
        try outcome.get()
    }
}
