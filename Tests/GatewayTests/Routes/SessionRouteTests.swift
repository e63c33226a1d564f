import HTTPTypes
import RoostGatewayTesting
import RoostObjects
import RoostRuntime
import RoostTesting
import Testing

@testable import RoostGateway

struct SessionRouteTests {
    private func create(_ test: GatewayTest, _ body: String?, tenant: String = "alpha") async throws -> GatewayAnswer {
        try await test.client.execute(
            uri: "/chat/sessions",
            method: .post,
            headers: test.headers(tenant: tenant),
            body: body
        )
    }

    private func get(_ test: GatewayTest, _ uri: String, tenant: String = "alpha") async throws -> GatewayAnswer {
        try await test.client.execute(uri: uri, headers: test.headers(tenant: tenant))
    }

    @Test func `a session is created, described and deleted`() async throws {
        let test = try GatewayTest()
        let created = try await create(test, #"{"userId":"ann","title":"T","metadata":{"n":1,"l":[true,null]}}"#)
        let data = try created.data(.created)
        let id = try #require(data["sessionId"].string)
        #expect(created.headers[.location] == "/chat/sessions/\(id)")
        #expect(data.names == ["sessionId", "createdAt", "expiresAt"])
        let described = try await get(test, "/chat/sessions/\(id)").data()
        #expect(described["tenantId"].string == "alpha")
        #expect(described["userId"].string == "ann")
        #expect(described["title"].string == "T")
        #expect(described["metadata"]["l"][0].bool == true)
        #expect(described["messageCount"].int == 0)
        let start = Int(VirtualClock.start.milliseconds)
        #expect(described["createdAt"].int == start)
        #expect(described["expiresAt"].int == start + 30 * 86_400_000)
        let deleted = try await test.client.execute(
            uri: "/chat/sessions/\(id)",
            method: .delete,
            headers: test.headers(tenant: "alpha")
        )
        #expect(try deleted.data()["deleted"].bool == true)
        try expectFailure(try await get(test, "/chat/sessions/\(id)"), .notFound)
        #expect(try await get(test, "/chat/sessions").data()["sessions"].list.isEmpty)
    }

    @Test func `a body is not needed to create a session`() async throws {
        let test = try GatewayTest()
        #expect(try await create(test, nil).status == .created)
    }

    @Test(arguments: [
        (#"{"title":5}"#, "title"), (#"{"userId":""}"#, "userId"), (#"{"sessionId":"x"}"#, "sessionId"),
        (#"{"metadata":[]}"#, "metadata"),
        (#"{"title":"\#(String(repeating: "x", count: 201))"}"#, "title"),
        (#"{"metadata":{"x":"\#(String(repeating: "x", count: 5_000))"}}"#, "metadata"),
    ])
    func `a value out of range is named`(body: String, field: String) async throws {
        try expectFailure(try await create(GatewayTest(), body), .invalidRequest, field: field)
    }

    @Test func `the list shows a tenant's sessions newest first, page by page, by user or all`() async throws {
        let test = try GatewayTest()
        for number in 1...5 {
            let user = number % 2 == 0 ? "bob" : "ann"
            _ = try await create(test, #"{"userId":"\#(user)","title":"\#(number)"}"#)
            test.runtime.clock.advance(by: .seconds(1))
        }
        _ = try await create(test, #"{"title":"of beta"}"#, tenant: "beta")
        var titles: [String?] = []
        var cursor = ""
        repeat {
            let page = try await get(test, "/chat/sessions?limit=2\(cursor)").data()
            titles += page["sessions"].list.map { $0["title"].string }
            cursor = page["cursor"].string.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(titles == ["5", "4", "3", "2", "1"])
        let bob = try await get(test, "/chat/sessions?userId=bob").data()["sessions"].list
        #expect(bob.map { $0["title"].string } == ["4", "2"])
        #expect(bob.first?.names.isSuperset(of: ["sessionId", "messageCount", "createdAt", "updatedAt"]) == true)
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "cursor=nonsense"])
    func `a page that cannot be is refused`(query: String) async throws {
        let field = String(query.prefix { $0 != "=" })
        try expectFailure(try await get(GatewayTest(), "/chat/sessions?\(query)"), .invalidRequest, field: field)
    }

    @Test(arguments: ["limit=0", "order=up", "before=5"])
    func `a history that cannot be is refused`(query: String) async throws {
        let test = try GatewayTest()
        let id = try #require(try await create(test, nil).data(.created)["sessionId"].string)
        let field = String(query.prefix { $0 != "=" })
        try expectFailure(try await get(test, "/chat/\(id)/history?\(query)"), .invalidRequest, field: field)
    }

    @Test func `the history is paged newest first and both routes give the same`() async throws {
        let test = try GatewayTest()
        let id = try #require(try await create(test, nil).data(.created)["sessionId"].string)
        for number in 1...3 {
            _ = try await test.client.execute(
                uri: "/chat",
                method: .post,
                headers: test.headers(tenant: "alpha"),
                body: #"{"message":"m\#(number)","stream":false,"sessionId":"\#(id)"}"#
            ).data()
        }
        let first = try await get(test, "/chat/\(id)/history?limit=5").data()
        #expect(first["messages"].list.count == 5)
        #expect(first["messages"][0]["role"].string == "assistant")
        let cursor = try #require(first["cursor"].string)
        let second = try await get(test, "/chat/sessions/\(id)/messages?limit=5&before=\(cursor)").data()
        #expect(second["messages"].list.map { $0["content"].string } == ["m1"])
        #expect(second["cursor"].value == nil)
    }

    @Test(arguments: ["x", "6F9619FF", "..%2F..%2Fetc"])
    func `an id that is no UUID is refused`(id: String) async throws {
        try expectFailure(try await get(GatewayTest(), "/chat/sessions/\(id)"), .invalidRequest, field: "sessionId")
    }
}
