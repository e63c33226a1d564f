import HTTPTypes
import Testing

@testable import RoostGateway

struct CORSTests {
    private let cors = CORS(origins: ["https://a.example"])

    @Test func `an allowed origin is echoed and the answer varies by it`() {
        let headers = cors.headers(origin: "https://a.example")
        #expect(headers[.accessControlAllowOrigin] == "https://a.example")
        #expect(headers[.vary] == "origin")
    }

    @Test(arguments: [
        "https://b.example", "https://a.example.evil", "http://a.example", "https://A.example", "null", "",
    ])
    func `any other origin gets no permission`(origin: String) {
        #expect(cors.headers(origin: origin)[.accessControlAllowOrigin] == nil)
        #expect(cors.preflightHeaders(origin: origin)[.accessControlAllowMethods] == nil)
    }

    @Test func `a preflight names methods, headers and how long they hold`() {
        let headers = cors.preflightHeaders(origin: "https://a.example")
        #expect(headers[.accessControlMaxAge] == "86400")
        #expect(headers[.accessControlAllowMethods]?.contains("DELETE") == true)
        #expect(headers[.accessControlAllowHeaders]?.contains("x-tenant-id") == true)
    }
}
