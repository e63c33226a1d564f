/// What a credential allows.
package enum TenantRole: String, Sendable, Hashable, Codable {
    /// The ordinary use of the service.
    case user
    /// Also what concerns others: resetting limits, for example.
    case admin
}
