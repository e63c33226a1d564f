import RoostRuntime
import RoostTesting
import Testing

@testable import RoostObjects

struct SessionIndexTests {
    private let test: RoostTest
    private let policy = SessionPolicy(retentionDays: 30, maxMessages: 10)

    init() throws {
        test = try RoostTest { try $0.register(SessionIndex.self) }
    }

    private func index(_ tenant: String = "acme") throws -> SessionIndex {
        try test.objects(of: SessionIndex.self).tenant(TenantID(tenant)).get(SessionIndex.objectName)
    }

    private func summary(_ id: String, user: String? = nil, count: Int = 1) -> SessionSummary {
        SessionSummary(
            sessionId: id,
            SessionMetadata(
                userId: user,
                messageCount: count,
                createdAt: test.clock.now,
                updatedAt: test.clock.now,
                expiresAt: test.clock.now
            )
        )
    }

    private func ids(user: String? = nil, limit: Int = 10, cursor: SessionCursor? = nil) async throws -> [String] {
        try await index().list(user: user, limit: limit, cursor: cursor, policy: policy).sessions.map(\.sessionId)
    }

    @Test func `the session that changed last comes first`() async throws {
        for id in ["a", "b", "c"] {
            try await index().upsert(summary(id), policy: policy)
            test.clock.advance(by: .seconds(1))
        }
        #expect(try await ids() == ["c", "b", "a"])
        try await index().upsert(summary("a", count: 2), policy: policy)
        #expect(try await ids() == ["a", "c", "b"])
    }

    @Test func `a user's list holds that user's sessions and nobody else's`() async throws {
        try await index().upsert(summary("a", user: "ann"), policy: policy)
        try await index().upsert(summary("b", user: "ann:all"), policy: policy)
        try await index().upsert(summary("c"), policy: policy)
        #expect(try await ids(user: "ann") == ["a"])
        #expect(try await ids(user: "ann:all") == ["b"])
        #expect(try await ids(user: "nobody") == [])
        #expect(try await ids() == ["a", "b", "c"])
    }

    @Test func `pages follow each other without gap or repetition`() async throws {
        for number in 1...7 { try await index().upsert(summary("s\(number)"), policy: policy) }
        var seen: [String] = []
        var cursor: SessionCursor?
        repeat {
            let page = try await index().list(user: nil, limit: 3, cursor: cursor, policy: policy)
            seen += page.sessions.map(\.sessionId)
            cursor = page.cursor
        } while cursor != nil
        #expect(seen == (1...7).map { "s\($0)" })
    }

    @Test func `a removed session is gone from every list`() async throws {
        try await index().upsert(summary("a", user: "ann"), policy: policy)
        try await index().remove("a")
        try await index().remove("never there")
        #expect(try await ids() == [])
        #expect(try await ids(user: "ann") == [])
    }

    @Test func `news that arrive late change nothing`() async throws {
        let old = summary("a", count: 1)
        test.clock.advance(by: .seconds(1))
        try await index().upsert(summary("a", count: 2), policy: policy)
        try await index().upsert(old, policy: policy)
        let page = try await index().list(user: nil, limit: 1, cursor: nil, policy: policy)
        #expect(page.sessions.first?.messageCount == 2)
    }

    @Test func `expired sessions are not listed and are forgotten in time`() async throws {
        try await index().upsert(summary("old"), policy: policy)
        test.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await ids() == [])
        try await index().upsert(summary("new"), policy: policy)
        #expect(try await ids() == ["new"])
    }

    @Test(arguments: ["", "x", "123", "0000000000000000", "0000000000000000.", "000000000000000x.a"])
    func `a text that is no cursor is refused`(text: String) {
        #expect(SessionCursor(text) == nil)
    }
}
