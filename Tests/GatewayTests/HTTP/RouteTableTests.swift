import HTTPTypes
import Testing

@testable import RoostGateway

struct RouteTableTests {
    private let table: RouteTable<String> = {
        var table = RouteTable<String>()
        // In an order in which the first match would be the wrong one.
        for (method, template) in [
            (HTTPRequest.Method.delete, "/chat/{id}"), (.get, "/chat/{id}/history"), (.get, "/chat/sessions/{id}"),
            (.delete, "/chat/sessions/{id}"), (.get, "/chat/sessions"), (.post, "/chat/sessions"), (.post, "/chat"),
        ] {
            table.add(method, template, "\(method) \(template)")
        }
        return table
    }()

    private func find(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch table.match(method, path: path) {
        case .route(let route, let parameters):
            route.handler + parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        case .otherMethod(let template, let allowed):
            "\(template) allows \(allowed.map(\.rawValue).sorted().joined(separator: ","))"
        case .none: "none"
        }
    }

    @Test func `a literal segment comes before a parameter`() {
        #expect(find(.get, "/chat/sessions") == "GET /chat/sessions")
        #expect(find(.delete, "/chat/sessions") == "/chat/sessions allows GET,POST")
        #expect(find(.get, "/chat/sessions/history") == "GET /chat/sessions/{id} id=history")
        #expect(find(.get, "/chat/abc/history") == "GET /chat/{id}/history id=abc")
    }

    @Test func `a known path with another method says which there are`() {
        #expect(find(.get, "/chat") == "/chat allows POST")
        #expect(find(.patch, "/chat/sessions/x") == "/chat/sessions/{id} allows DELETE,GET")
    }

    @Test(arguments: [
        "", "/", "chat", "/chat/", "/chat//history", "/Chat", "/chat/%", "/chat/%zz", "/chat/%ff", "/nothing",
    ])
    func `anything else leads nowhere`(path: String) {
        #expect(find(.post, path) == "none")
        #expect(find(.delete, path) == "none")
    }

    @Test func `a parameter is decoded exactly once`() {
        #expect(find(.delete, "/chat/a%2Fb") == "DELETE /chat/{id} id=a/b")
        #expect(find(.delete, "/chat/a%252Fb") == "DELETE /chat/{id} id=a%2Fb")
    }

    @Test func `a path of any length is answered`() {
        #expect(find(.get, String(repeating: "/a", count: 50_000)) == "none")
    }
}
