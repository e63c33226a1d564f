import RoostGateway
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ScriptedModelTests {
    private let recorder = EventRecorder()

    @Test func `scripts are followed in order, then the usual one`() async throws {
        let model = ScriptedModel([[.text("first")]], usual: [.text("usual")])
        model.enqueue([.text("second")])
        for question in ["a", "b", "c", "d"] { try await model.answer(.asking(question), emit: recorder.sink) }
        #expect(recorder.pieces == ["first", "second", "usual", "usual"])
        #expect(model.requests.map { $0.messages.map(\.content) } == [["a"], ["b"], ["c"], ["d"]])
    }

    @Test func `it fails where it is told`() async {
        let model = ScriptedModel([[.text("a"), .fail(ModelError(.interrupted, "cut"))]])
        let error = await failure { () async throws(ModelError) in
            try await model.answer(.asking("?"), emit: recorder.sink)
        }
        #expect(error?.code == .interrupted)
        #expect(recorder.events == [.text("a")])
    }

    @Test func `it waits until it is released`() async {
        let model = ScriptedModel([[.text("a"), .wait, .text("b")]])
        async let error = failure { () async throws(ModelError) in
            try await model.answer(.asking("?"), emit: recorder.sink)
        }
        await model.turnstile.waitForArrivals(1)
        #expect(recorder.pieces == ["a"])
        model.turnstile.release()
        #expect(await error == nil)
        #expect(recorder.pieces == ["a", "b"])
    }

    @Test func `a release before the wait counts`() async throws {
        let model = ScriptedModel([[.wait, .text("a")]])
        model.turnstile.release()
        try await model.answer(.asking("?"), emit: recorder.sink)
        #expect(recorder.pieces == ["a"])
    }

    @Test func `a cancelled wait ends and uses up no release`() async throws {
        let model = ScriptedModel([[.wait], [.wait, .text("a")]])
        let asking = Task {
            await failure { () async throws(ModelError) in
                try await model.answer(.asking("?"), emit: recorder.sink)
            }
        }
        await model.turnstile.waitForArrivals(1)
        asking.cancel()
        #expect(await asking.value?.code == .cancelled)
        #expect(model.cancellations == 1)
        model.turnstile.release()
        try await model.answer(.asking("?"), emit: recorder.sink)
        #expect(recorder.pieces == ["a"])
    }

    @Test func `counts it is told to report are reported`() async throws {
        let usage = ModelUsage(tokensIn: 300, tokensOut: 50, estimated: false)
        let model = ScriptedModel([[.text("a"), .finish(usage)]])
        try await model.answer(.asking("?"), emit: recorder.sink)
        #expect(recorder.events == [.text("a"), .finished(usage, modelId: "m-1")])
    }
}
