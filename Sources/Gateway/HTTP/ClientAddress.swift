package import HTTPTypes

/// Finds out who is at the other end.
///
/// The socket's address is the truth. What a header says counts only when the socket belongs to a proxy of the
/// operator's: anybody can send a header, and whoever chooses the address chooses the rate limit.
package struct ClientAddress: Hashable, Sendable {
    /// How many hops of `x-forwarded-for` are looked at.
    package static let hopsMax = 32

    private let trustedProxies: [AddressRange]

    /// Trusts the headers of these proxies.
    package init(trustedProxies: [AddressRange]) {
        self.trustedProxies = trustedProxies
    }

    /// The address of the client, as text; `unknown` if the transport has none.
    ///
    /// From the right of `x-forwarded-for`, trusted proxies are passed over; the first other address is the client.
    /// An entry that is no address ends the search: what is left of it was written by somebody unknown.
    package func resolve(_ socket: ClientConnection.Peer?, headers: HTTPFields) -> String {
        guard let socket else { return "unknown" }
        guard let peer = socket.address, isTrusted(peer) else { return socket.text }
        if let direct = headers.value(of: .cfConnectingIP).flatMap({ IPAddress($0[...].trimmingSpaces()) }) {
            return direct.description
        }
        var client = peer
        let hops = headers[values: .xForwardedFor].flatMap { $0.split(separator: ",") }
        for hop in hops.reversed().prefix(Self.hopsMax) {
            guard let address = IPAddress(hop.trimmingSpaces()) else { break }
            client = address
            if !isTrusted(address) { break }
        }
        return client.description
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }
}
