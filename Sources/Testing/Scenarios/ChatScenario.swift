import RoostObjects
import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// The objects behind `/chat`: sessions, and the list of them.
    package static let chat = SimulationScenario(
        "chat",
        "Messages are appended to sessions and the sessions entered in their index; what was acknowledged is there."
    ) {
        try $0.register(ChatSession.self)
        try $0.register(SessionIndex.self)
    } build: { world in
        let writes = world.check(AcknowledgedWrites(world))
        for number in 1...3 {
            world.client("person \(number)") { client in
                for round in 1...6 {
                    try await say("\(number)-\(round)", in: "s\(client.random.draw(1...2))", client, writes)
                    if client.random.oneIn(4) { await client.pause(client.random.delay()) }
                }
            }
        }
        world.atEnd { client in
            for session in ["s1", "s2"] { try await verify(session, client, writes) }
        }
    }

    private static func say(
        _ text: String,
        in session: String,
        _ client: SimulationClient,
        _ writes: AcknowledgedWrites
    ) async throws {
        writes.began(text, in: session)
        let result = try await client.attempt("say \(text) in \(session)") {
            try await client.object(ChatSession.self, "t:\(session)").append(
                NewChatMessage(role: .user, content: text),
                caller: .tenant,
                policy: .standard,
                creating: true,
                contextLimit: 4
            )
        }
        writes.ended(text, in: session, result)
        guard case .success(let appended) = result else { return }
        _ = try await client.attempt("enter \(session)") {
            try await client.object(SessionIndex.self, "t:\(SessionIndex.objectName)").upsert(
                SessionSummary(sessionId: session, appended.session),
                policy: .standard
            )
        }
    }

    private static func verify(
        _ session: String,
        _ client: SimulationClient,
        _ writes: AcknowledgedWrites
    ) async throws {
        let world = client.world
        let result = try await client.attempt("history of \(session)") {
            try await client.object(ChatSession.self, "t:\(session)").history(
                HistoryRequest(limit: 100, order: .ascending),
                caller: .tenant,
                policy: .standard
            )
        }
        guard case .success(let page) = result else { return writes.found([], in: session) }
        writes.found(page.messages.map(\.content), in: session)
        let sequences = page.messages.map { Int($0.id.sequence) }
        if sequences != Array(1...max(1, sequences.count)).prefix(sequences.count).map(\.self) {
            world.violate("The messages of \(session) are numbered \(sequences).")
        }
        let times = page.messages.map(\.timestamp)
        if times != times.sorted() { world.violate("Time runs backwards in \(session).") }
        let known = try await client.call("metadata of \(session)") {
            try await client.object(ChatSession.self, "t:\(session)").metadata(caller: .tenant, policy: .standard)
        }
        if known.messageCount != page.messages.count {
            world.violate("\(session) tells \(known.messageCount) messages and has \(page.messages.count).")
        }
        let listed = try await client.call("the list of sessions") {
            try await client.object(SessionIndex.self, "t:\(SessionIndex.objectName)").list(
                user: nil,
                limit: 10,
                cursor: nil,
                policy: .standard
            )
        }
        let lines = listed.sessions.filter { $0.sessionId == session }
        if lines.count > 1 { world.violate("\(session) is listed \(lines.count) times.") }
        if let line = lines.first, line.messageCount > known.messageCount {
            world.violate(
                "The list tells \(line.messageCount) messages of \(session), which has \(known.messageCount)."
            )
        }
    }
}
