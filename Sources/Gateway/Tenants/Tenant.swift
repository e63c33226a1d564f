/// An owner of objects, ready to serve requests.
package struct Tenant: Sendable {
    /// What its file says.
    package let configuration: TenantConfiguration
    /// Checks the tokens of its users; `nil` when it has none.
    package let verifier: TokenVerifier?

    /// The tenant's name.
    package var id: String { configuration.tenantId }

    /// The key that a text is, or `nil`.
    ///
    /// Every key is compared, so that the time taken does not tell which one matched, or that one did.
    func key(matching digest: KeyDigest) -> TenantAPIKey? {
        var found: TenantAPIKey?
        for key in configuration.apiKeys where key.digest.matches(digest) { found = key }
        return found
    }
}
