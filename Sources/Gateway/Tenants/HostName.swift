import NIOCore

/// The normal form of host names, so that they can be compared as text.
package enum HostName {
    /// The longest host name, in characters.
    static let longest = 253

    /// The host of a `host` header or `:authority`: lower case, without port and without the dot of the root.
    ///
    /// IPv6 addresses come out in their canonical spelling without brackets. What is no host yields `nil`.
    package static func normalized(_ authority: String) -> String? {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return ipv6(String(authority[authority.index(after: authority.startIndex)..<end]))
        }
        var host = authority[...]
        switch authority.utf8.count(where: { $0 == UInt8(ascii: ":") }) {
        case 0:
            break
        case 1:
            guard let colon = authority.firstIndex(of: ":"), isPort(authority[colon...]) else { return nil }
            host = authority[..<colon]
        default:
            return ipv6(authority)
        }
        if host.last == "." { host = host.dropLast() }
        let name = host.lowercased()
        return isName(name) ? name : nil
    }

    /// Whether this is a colon and a port, or a colon alone, which RFC 3986 permits.
    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.count <= 6 && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func ipv6(_ text: String) -> String? {
        guard let address = try? SocketAddress(ipAddress: text, port: 0), address.protocol == .inet6 else {
            return nil
        }
        return address.ipAddress
    }

    private static func isName(_ name: String) -> Bool {
        guard (1...longest).contains(name.utf8.count) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default:
                        false
                    }
                }
        }
    }
}
