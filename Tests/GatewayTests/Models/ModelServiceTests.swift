import RoostGateway
import Testing

struct ModelServiceTests {
    private let recorder = EventRecorder()
    private let models = ModelChoice(chat: "m-1", fallback: "m-2", allowed: ["m-3"])

    private func ask(_ model: ScriptedModel, models: ModelChoice, modelId: String = "m-1") async -> ModelError? {
        let service = ModelService(provider: model, defaultModelId: "m-0")
        return await failure { () async throws(ModelError) in
            try await service.answer(.asking("?", model: modelId), models: models, emit: recorder.sink)
        }
    }

    @Test func `a request's model goes before the tenant's, and the tenant's before the server's`() throws {
        let service = ModelService(provider: OfflineModel(), defaultModelId: "m-0")
        #expect(try service.modelId(requested: "m-3", models: models) == "m-3")
        #expect(try service.modelId(requested: nil, models: models) == "m-1")
        #expect(try service.modelId(requested: nil, models: ModelChoice()) == "m-0")
    }

    @Test(arguments: ["m-2", "m-0", "", "M-3"])
    func `a model outside the list is refused`(requested: String) {
        let service = ModelService(provider: OfflineModel(), defaultModelId: "m-0")
        #expect(throws: ModelError(.notAllowed, "")) { try service.modelId(requested: requested, models: models) }
    }

    @Test func `the model that would answer anyway may be named`() throws {
        let service = ModelService(provider: OfflineModel(), defaultModelId: "m-0")
        #expect(try service.modelId(requested: "m-1", models: models) == "m-1")
        #expect(try service.modelId(requested: "m-0", models: ModelChoice()) == "m-0")
    }

    @Test(arguments: [ModelError.Code.unavailable, .rateLimited, .rejected, .badAnswer, .timedOut])
    func `the fallback is asked once when nothing was handed on`(code: ModelError.Code) async {
        let model = ScriptedModel([[.fail(ModelError(code, "no"))], [.text("ok")]])
        #expect(await ask(model, models: models) == nil)
        #expect(model.requests.map(\.modelId) == ["m-1", "m-2"])
        guard case .finished(_, modelId: "m-2")? = recorder.events.last else {
            Issue.record("The final event does not name the fallback.")
            return
        }
    }

    @Test func `the error of the fallback is reported`() async {
        let model = ScriptedModel(usual: [.fail(ModelError(.unavailable, "no"))])
        #expect(await ask(model, models: models)?.code == .unavailable)
        #expect(model.requests.count == 2)
    }

    @Test(arguments: [ModelError.Code.interrupted, .cancelled])
    func `there is no fallback when nobody could use it`(code: ModelError.Code) async {
        let model = ScriptedModel([[.fail(ModelError(code, "no"))]])
        #expect(await ask(model, models: models)?.code == code)
        #expect(model.requests.count == 1)
    }

    @Test func `there is no fallback after the first piece, whatever the error says`() async {
        let model = ScriptedModel([[.text("Once"), .fail(ModelError(.unavailable, "no"))]])
        #expect(await ask(model, models: models)?.code == .unavailable)
        #expect(model.requests.count == 1)
        #expect(recorder.pieces == ["Once"])
    }

    @Test func `a fallback that is the same model is not asked again`() async {
        let model = ScriptedModel(usual: [.fail(ModelError(.unavailable, "no"))])
        #expect(await ask(model, models: models, modelId: "m-2")?.code == .unavailable)
        #expect(model.requests.count == 1)
    }

    @Test func `without a fallback the error is reported`() async {
        let model = ScriptedModel(usual: [.fail(ModelError(.unavailable, "no"))])
        #expect(await ask(model, models: ModelChoice(chat: "m-1"))?.code == .unavailable)
        #expect(model.requests.count == 1)
    }
}
