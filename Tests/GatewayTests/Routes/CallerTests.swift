import HTTPTypes
import HummingbirdCore
import NIOCore
import RoostObjects
import RoostRuntime
import Testing

@testable import RoostGateway

struct CallerTests {
    private func caller(_ principal: Principal, query: String? = nil, header: String? = nil) throws -> SessionCaller {
        var headers = HTTPFields()
        headers[.xUserID] = header
        let head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/", headerFields: headers)
        let request = EdgeRequest(
            trace: TraceID(headers: headers, random: SeededRandomSource(seed: 1)),
            http: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
            tenant: Tenant(configuration: TenantConfiguration(tenantId: "alpha")),
            principal: principal,
            connection: ClientConnection(address: nil),
            parameters: [:],
            query: QueryParameters(query),
            bodyLimit: 0
        )
        return try request.caller()
    }

    @Test func `a token speaks for its subject and nobody else`() throws {
        let ann = Principal.user(subject: "ann", role: .user)
        #expect(try caller(ann) == .user("ann"))
        #expect(try caller(ann, query: "userId=ann") == .user("ann"))
        #expect(throws: EdgeError.self) { try caller(ann, query: "userId=bob") }
        #expect(throws: EdgeError.self) { try caller(ann, header: "bob") }
    }

    @Test func `an administrator's token may speak for others`() throws {
        #expect(try caller(.user(subject: "root", role: .admin), query: "userId=bob") == .user("bob"))
    }

    @Test func `an application speaks for the tenant or for the user it names`() throws {
        let web = Principal.apiKey(id: "web", role: .user)
        #expect(try caller(web) == .tenant)
        #expect(try caller(web, header: "bob") == .user("bob"))
        #expect(try caller(.anonymous, query: "userId=ann", header: "bob") == .user("ann"))
    }
}
