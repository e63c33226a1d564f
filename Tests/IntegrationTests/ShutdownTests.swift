import AsyncHTTPClient
import Glibc
import RoostRuntime
import Testing

/// What SIGTERM and SIGINT do to a server in the middle of its work.
struct ShutdownTests {
    private static let streams = 8

    @Test(.timeLimit(.minutes(10)), arguments: [SIGTERM, SIGINT])
    func `a signal lets the streams under way end, and nothing is lost`(signal: Int32) async throws {
        try await Self.withStreams { fixture in
            fixture.server.process.send(signal)
            try await fixture.untilNoConnectionIsTaken()
            fixture.model.gate.open()
            let answers = try await fixture.answers()
            #expect(await fixture.server.process.waitForEnd() == .exited(0))
            #expect(answers == fixture.questions.map { StandInModel.answer(to: $0) })
        } afterwards: { questions, messages in
            #expect(messages == questions.map { [$0, StandInModel.answer(to: $0)] })
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [SIGTERM, SIGINT])
    func `a second signal ends at once, and what was acknowledged is there`(signal: Int32) async throws {
        try await Self.withStreams { fixture in
            fixture.server.process.send(signal)
            try await fixture.untilNoConnectionIsTaken()
            fixture.server.process.send(signal)
            #expect(await fixture.server.process.waitForEnd() == .exited(128 + signal))
        } afterwards: { questions, messages in
            #expect(messages == questions.map { [$0] })
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `streams that do not end are cut at the drain limit, and what was said is kept`() async throws {
        try await Self.withStreams(environment: ["ROOST_DRAIN_SECONDS": "1"]) { fixture in
            fixture.server.process.send(SIGTERM)
            #expect(await fixture.server.process.waitForEnd() == .exited(0))
        } afterwards: { questions, messages in
            #expect(messages.map(\.first) == questions)
            // The model's last space is held back until it is known what follows it.
            let said = StandInModel.firstPiece.dropLast()
            #expect(messages.allSatisfy { $0.count == 2 && $0[1].hasPrefix(said) })
        }
    }

    /// A server with streams that have begun and are held open by their model.
    private struct Fixture: Sendable {
        let http: HTTPClient
        let server: RoostServer
        let model: StandInModel
        let questions: [String]
        let listening: Task<[String], any Error>

        /// The answers, once every stream has ended well.
        func answers() async throws -> [String] { try await listening.value }

        /// Tries to connect until the server refuses.
        func untilNoConnectionIsTaken() async throws {
            while true {
                // A client of its own each time, because an old connection may still be answered.
                let isTaken = try await HTTPClient.with { http in
                    let edge = EdgeClient(http: http, url: server.url, tenant: TestTenants.window, user: "late")
                    return (try? await edge.status(of: "/healthz")) != nil
                }
                guard isTaken else { return }
                try Task.checkCancellation()
            }
        }
    }

    private static func withStreams(
        environment: [String: String] = [:],
        _ body: (Fixture) async throws -> Void,
        afterwards: ([String], [[String]]) -> Void
    ) async throws {
        let random = SeededRandomSource(seed: 2)
        let sessions = (0..<streams).map { _ in random.uuid() }
        let questions = (0..<streams).map { "question \($0)" }
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                try await StandInModel.running { model in
                    let settings = RoostServer.Settings(
                        directory: directory,
                        tenants: try TestTenants.write(to: directory),
                        environment: model.environment.merging(environment) { _, new in new }
                    )
                    try await RoostServer.running(settings) { server in
                        let edge = EdgeClient(http: http, url: server.url, tenant: TestTenants.window, user: "user")
                        let (begun, continuation) = AsyncStream.makeStream(
                            of: Void.self,
                            bufferingPolicy: .bufferingNewest(streams)
                        )
                        let listening = Task {
                            // A stream that fails before it began ends the waiting below.
                            defer { continuation.finish() }
                            return try await listen(edge, sessions, questions) { continuation.yield() }
                        }
                        defer { listening.cancel() }
                        var isBegun = begun.makeAsyncIterator()
                        for _ in 0..<streams { try #require(await isBegun.next() != nil) }
                        try await body(
                            Fixture(
                                http: http,
                                server: server,
                                model: model,
                                questions: questions,
                                listening: listening
                            )
                        )
                    }
                    try await RoostServer.running(settings) { server in
                        let edge = EdgeClient(http: http, url: server.url, tenant: TestTenants.window, user: "user")
                        var messages: [[String]] = []
                        for session in sessions {
                            messages.append(try await edge.history(of: session).messages.map(\.content))
                        }
                        afterwards(questions, messages)
                    }
                }
            }
        }
    }

    private static func listen(
        _ edge: EdgeClient,
        _ sessions: [String],
        _ questions: [String],
        onBegun: @escaping @Sendable () -> Void
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (number, session) in sessions.enumerated() {
                group.addTask {
                    var content = ""
                    try await edge.stream(questions[number], in: session) { frame in
                        if content.isEmpty { onBegun() }
                        content += try frame.part().content ?? ""
                    }
                    return (number, content)
                }
            }
            var answers = [String](repeating: "", count: sessions.count)
            for try await (number, content) in group { answers[number] = content }
            return answers
        }
    }
}
