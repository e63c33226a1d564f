/// The form of a page's origin, as browsers send it.
enum WebOrigin {
    /// Says what is wrong with an origin, or `nil`.
    static func mistake(in origin: String) -> String? {
        if origin == "*" { return "must be an exact origin; * is not supported" }
        guard let separator = origin.firstRange(of: "://") else {
            return "must be an origin such as https://app.example.com"
        }
        guard ["http", "https"].contains(origin[..<separator.lowerBound]) else {
            return "must begin with http:// or https:// in lower case"
        }
        let authority = String(origin[separator.upperBound...])
        if authority.contains(where: { "/?#@".contains($0) }) {
            return "must have neither path, query nor user; browsers send only scheme, host and port"
        }
        guard authority.last != ":", let host = HostName.normalized(authority) else {
            return "must have a valid host and port"
        }
        guard authority == authority.lowercased(), authority.last != ".", authority.first == "[" || !host.contains(":")
        else {
            return "must be written as browsers send it: host in lower case, an IPv6 address in brackets"
        }
        return nil
    }
}
