import RoostObjects
import RoostRuntime
import RoostTesting
import Testing

struct ChatSessionTests {
    private let test: RoostTest
    private let policy = SessionPolicy(retentionDays: 30, maxMessages: 1_000)
    private let ann = SessionCaller.user("ann")
    private let bob = SessionCaller.user("bob")

    init() throws {
        test = try RoostTest { try $0.register(ChatSession.self) }
    }

    private func session(_ tenant: String = "acme", _ id: String = "s1") throws -> ChatSession {
        try test.objects(of: ChatSession.self).tenant(TenantID(tenant)).get(id)
    }

    @discardableResult
    private func say(
        _ text: String,
        role: ChatMessageRole = .user,
        as caller: SessionCaller = .user("ann"),
        policy: SessionPolicy? = nil,
        context: Int = 0
    ) async throws -> AppendedMessage {
        try await session().append(
            NewChatMessage(role: role, content: text),
            caller: caller,
            policy: policy ?? self.policy,
            creating: true,
            contextLimit: context
        )
    }

    private func contents(_ request: HistoryRequest, policy: SessionPolicy? = nil) async throws -> [String] {
        try await session().history(request, caller: ann, policy: policy ?? self.policy).messages.map(\.content)
    }

    // MARK: Creation and ownership

    @Test func `a session is created once and found again by its owner`() async throws {
        let first = try await session().create(NewSession(title: "Hi"), caller: ann, policy: policy)
        #expect(first.isNew)
        #expect(first.session.title == "Hi")
        #expect(first.session.userId == "ann")
        #expect(first.session.expiresAt - first.session.createdAt == .seconds(30 * 86_400))
        let second = try await session().create(NewSession(), caller: ann, policy: policy)
        #expect(!second.isNew)
        #expect(second.session == first.session)
    }

    @Test func `creating somebody else's session is a conflict`() async throws {
        _ = try await session().create(NewSession(), caller: ann, policy: policy)
        await #expect(throws: ChatSessionError.conflict) {
            try await session().create(NewSession(), caller: bob, policy: policy)
        }
    }

    @Test func `another user cannot tell the session from one that does not exist`() async throws {
        try await say("secret")
        let all = HistoryRequest()
        await #expect(throws: ChatSessionError.notFound) { try await session().metadata(caller: bob, policy: policy) }
        await #expect(throws: ChatSessionError.notFound) {
            try await session().history(all, caller: bob, policy: policy)
        }
        await #expect(throws: ChatSessionError.notFound) { try await session().delete(caller: bob, policy: policy) }
        await #expect(throws: ChatSessionError.notFound) { try await say("me too", as: bob) }
        await #expect(throws: ChatSessionError.notFound) {
            try await session("acme", "other").metadata(caller: bob, policy: policy)
        }
        #expect(try await contents(all) == ["secret"])
    }

    @Test func `the tenant's application may use every session, a user only their own`() async throws {
        _ = try await session().create(NewSession(), caller: .tenant, policy: policy)
        #expect(try await session().metadata(caller: .tenant, policy: policy).userId == nil)
        await #expect(throws: ChatSessionError.notFound) { try await session().metadata(caller: ann, policy: policy) }
    }

    @Test func `the same id at another tenant is another session`() async throws {
        try await say("here")
        await #expect(throws: ChatSessionError.notFound) {
            try await session("beta").metadata(caller: .tenant, policy: policy)
        }
    }

    @Test func `appending without permission to create finds nothing`() async throws {
        await #expect(throws: ChatSessionError.notFound) {
            try await session().append(
                NewChatMessage(role: .assistant, content: "x"),
                caller: ann,
                policy: policy,
                creating: false,
                contextLimit: 0
            )
        }
    }

    // MARK: Messages

    @Test func `messages survive a crash, in order, with ids and times`() async throws {
        let first = try await say("one")
        test.clock.advance(by: .seconds(1))
        let second = try await say("two", role: .assistant)
        try test.crash()
        let page = try await session().history(HistoryRequest(order: .ascending), caller: ann, policy: policy)
        #expect(page.messages == [first.message, second.message])
        #expect(page.messages[1].timestamp - page.messages[0].timestamp == .seconds(1))
        #expect(page.messages[0].id != page.messages[1].id)
        #expect(second.session.messageCount == 2)
    }

    @Test func `a clock that steps back does not disorder the history`() async throws {
        let first = try await say("one")
        test.clock.stepCivilTime(by: .seconds(-3_600))
        let second = try await say("two")
        #expect(second.message.timestamp >= first.message.timestamp)
    }

    @Test func `the messages before an appended one are its context`() async throws {
        for number in 1...5 { try await say("\(number)") }
        let appended = try await say("6", context: 3)
        #expect(appended.context.map(\.content) == ["3", "4", "5"])
        let recent = try await session().recentMessages(2, caller: ann, policy: policy)
        #expect(recent.map(\.content) == ["5", "6"])
    }

    @Test func `pages follow each other in both directions without gap or repetition`() async throws {
        for number in 1...7 { try await say("\(number)") }
        for order in [HistoryRequest.Order.ascending, .descending] {
            var seen: [String] = []
            var cursor: ChatMessageID?
            var pages = 0
            repeat {
                let page = try await session().history(
                    HistoryRequest(limit: 3, order: order, cursor: cursor),
                    caller: ann,
                    policy: policy
                )
                seen += page.messages.map(\.content)
                cursor = page.cursor
                pages += 1
            } while cursor != nil
            #expect(pages == 3)
            let expected = (1...7).map(String.init)
            #expect(seen == (order == .ascending ? expected : expected.reversed()))
        }
    }

    @Test func `a page that ends with the history has no cursor`() async throws {
        for number in 1...3 { try await say("\(number)") }
        let page = try await session().history(HistoryRequest(limit: 3), caller: ann, policy: policy)
        #expect(page.messages.count == 3)
        #expect(page.cursor == nil)
    }

    @Test(arguments: [0, -1, 1_001]) func `a limit out of range is refused`(limit: Int) async throws {
        try await say("x")
        await #expect(throws: ChatSessionError.invalid(field: "limit", reason: "must be between 1 and 1000")) {
            try await session().history(HistoryRequest(limit: limit), caller: ann, policy: policy)
        }
    }

    @Test func `ten thousand characters fit, one more does not`() async throws {
        try await say(String(repeating: "語", count: 10_000))
        try await say(String(repeating: "😀", count: 10_000))
        await #expect(throws: ChatSessionError.self) { try await say(String(repeating: "😀", count: 10_001)) }
        await #expect(throws: ChatSessionError.self) { try await say("") }
        #expect(try await session().metadata(caller: ann, policy: policy).messageCount == 2)
    }

    // MARK: Retention

    @Test func `beyond the number the oldest messages go`() async throws {
        let small = SessionPolicy(retentionDays: 30, maxMessages: 3)
        for number in 1...5 { try await say("\(number)", policy: small) }
        #expect(try await contents(HistoryRequest(), policy: small) == ["5", "4", "3"])
    }

    @Test func `a smaller number takes effect when the session is read`() async throws {
        for number in 1...300 { try await say("\(number)") }
        let small = SessionPolicy(retentionDays: 30, maxMessages: 2)
        #expect(try await contents(HistoryRequest(), policy: small) == ["300", "299"])
        #expect(try await session().metadata(caller: ann, policy: policy).messageCount == 2)
    }

    @Test func `what is too old goes, what is younger stays`() async throws {
        try await say("old")
        test.clock.advance(by: .seconds(20 * 86_400))
        try await say("young")
        test.clock.advance(by: .seconds(11 * 86_400))
        #expect(try await contents(HistoryRequest()) == ["young"])
    }

    @Test func `a session nobody changed for that long is gone, and its id is free`() async throws {
        try await say("old")
        test.clock.advance(by: .seconds(30 * 86_400))
        await #expect(throws: ChatSessionError.notFound) { try await session().metadata(caller: ann, policy: policy) }
        #expect(try await session().create(NewSession(), caller: bob, policy: policy).isNew)
    }

    @Test func `a deleted session leaves nothing behind`() async throws {
        try await say("x")
        try await session().delete(caller: ann, policy: policy)
        await #expect(throws: ChatSessionError.notFound) { try await session().metadata(caller: ann, policy: policy) }
        try test.crash()
        #expect(try await session().create(NewSession(), caller: bob, policy: policy).session.messageCount == 0)
    }
}
