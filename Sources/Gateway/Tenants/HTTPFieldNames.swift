package import HTTPTypes

extension HTTPField.Name {
    /// Names the tenant of a request.
    package static let tenantId = HTTPField.Name(literal: "x-tenant-id")
    /// Carries an API key.
    package static let apiKey = HTTPField.Name(literal: "x-api-key")

    /// Makes a name that is written in the program, and therefore known to be valid.
    package init(literal: StaticString) {
        guard let name = HTTPField.Name("\(literal)") else {
            preconditionFailure("\(literal) is not a name of an HTTP header.")
        }
        self = name
    }
}
