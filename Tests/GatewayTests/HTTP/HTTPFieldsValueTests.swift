import HTTPTypes
import Testing

@testable import RoostGateway

struct HTTPFieldsValueTests {
    @Test func `a value is what the subscript gives`() throws {
        let other = try #require(HTTPField.Name("X-Tenant-ID"))
        let all: [HTTPFields] = [
            [:], [.contentType: "text/plain"], [.contentType: "a", .origin: "b"],
            [.contentType: "a", .origin: "b", .contentType: "c"], [.contentType: ""], [other: "t"],
        ]
        for fields in all {
            for name in [HTTPField.Name.contentType, .origin, .tenantId, .cookie] {
                #expect(fields.value(of: name) == fields[name])
            }
        }
    }
}
