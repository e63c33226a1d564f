/// The form of the address where an issuer publishes its keys.
enum KeySetAddress {
    /// Says what is wrong with an address, or `nil`.
    ///
    /// Who can change the answer can sign tokens, so it comes over TLS, or from this very machine.
    static func mistake(in url: String) -> String? {
        guard let separator = url.firstRange(of: "://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return "must be an address such as https://issuer.example/keys.json"
        }
        let authority = url[separator.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.contains("@"), let host = HostName.normalized(String(authority)) else {
            return "must have a valid host, and no user"
        }
        switch url[..<separator.lowerBound] {
        case "https": return nil
        case "http" where ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host): return nil
        default: return "must begin with https://"
        }
    }
}
