import AsyncHTTPClient
import RoostRuntime
import Testing

/// Many streamed answers at the same time.
struct StreamTests {
    private static let streams = 200

    @Test(.timeLimit(.minutes(10)))
    func `200 streams are open at once, all are complete, and the server stays healthy`() async throws {
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                try await StandInModel.running { model in
                    let settings = RoostServer.Settings(
                        directory: directory,
                        tenants: try TestTenants.write(to: directory),
                        environment: model.environment
                    )
                    try await RoostServer.running(settings) { server in
                        try await Self.run(http, server, model)
                    }
                }
            }
        }
    }

    private static func run(_ http: HTTPClient, _ server: RoostServer, _ model: StandInModel) async throws {
        let random = SeededRandomSource(seed: 1)
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(streams))
        let edge = EdgeClient(http: http, url: server.url, tenant: TestTenants.window, user: "observer")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<streams {
                let session = random.uuid()
                group.addTask {
                    let edge = EdgeClient(
                        http: http,
                        url: server.url,
                        tenant: TestTenants.window,
                        user: "user-\(number)"
                    )
                    do {
                        try await listen(edge, session: session, question: "question \(number)") {
                            continuation.yield()
                        }
                    } catch {
                        // Nobody needs to wait for the others; the group tells what went wrong.
                        continuation.finish()
                        throw error
                    }
                }
            }
            var isBegun = begun.makeAsyncIterator()
            for _ in 0..<streams {
                guard await isBegun.next() != nil else { break }
            }
            // Every stream has its first piece and none has its second.
            for _ in 0..<20 {
                #expect(try await edge.status(of: "/healthz") == 200)
                #expect(try await edge.status(of: "/readyz") == 200)
            }
            model.gate.open()
            for _ in 0..<streams {
                try await group.next()
                #expect(try await edge.status(of: "/healthz") == 200)
            }
        }
    }

    private static func listen(
        _ edge: EdgeClient,
        session: String,
        question: String,
        onBegun: () -> Void
    ) async throws {
        var content = ""
        var ids: [String] = []
        var messageId: String?
        try await edge.stream(question, in: session) { frame in
            if ids.isEmpty { onBegun() }
            ids.append(frame.id ?? "")
            let part = try frame.part()
            if frame.event == nil { #expect(part.sessionId == session) }
            content += part.content ?? ""
            messageId = part.messageId
        }
        #expect(content == StandInModel.answer(to: question))
        #expect(ids == (1...ids.count).map { "\($0)" })
        let history = try await edge.history(of: session)
        #expect(history.messages.map(\.content) == [question, StandInModel.answer(to: question)])
        #expect(history.messages.last?.id == messageId)
    }
}
