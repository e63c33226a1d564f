import HTTPTypes
import Testing

@testable import RoostGateway

struct ClientAddressTests {
    private let addresses = ClientAddress(
        trustedProxies: ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"].compactMap(AddressRange.init)
    )

    private func resolve(_ socket: String?, _ headers: HTTPFields = [:]) -> String {
        addresses.resolve(socket.map(ClientConnection.Peer.init), headers: headers)
    }

    @Test func `headers from anybody else than a trusted proxy do not count`() {
        #expect(resolve("203.0.113.5", [.xForwardedFor: "1.2.3.4", .cfConnectingIP: "1.2.3.4"]) == "203.0.113.5")
    }

    @Test func `the last address that is no proxy is the client`() {
        #expect(resolve("10.1.2.3", [.xForwardedFor: "6.6.6.6, 198.51.100.9, 10.9.9.9"]) == "198.51.100.9")
        #expect(resolve("192.0.2.7", [.xForwardedFor: "198.51.100.9"]) == "198.51.100.9")
        #expect(resolve("192.0.2.8", [.xForwardedFor: "198.51.100.9"]) == "192.0.2.8")
    }

    @Test func `an entry that is no address ends the search`() {
        #expect(resolve("10.0.0.1", [.xForwardedFor: "1.2.3.4, nonsense, 10.0.0.2"]) == "10.0.0.2")
        #expect(resolve("10.0.0.1", [.xForwardedFor: ""]) == "10.0.0.1")
    }

    @Test func `a trusted proxy may name the client directly`() {
        #expect(resolve("10.0.0.1", [.cfConnectingIP: " 198.51.100.9 "]) == "198.51.100.9")
    }

    @Test func `IPv6 works as IPv4 does, in every spelling`() {
        #expect(resolve("2001:db8::1", [.xForwardedFor: "2A00::1"]) == "2a00:0:0:0:0:0:0:1")
        #expect(resolve("::ffff:10.0.0.1", [.xForwardedFor: "198.51.100.9"]) == "198.51.100.9")
        #expect(IPAddress("::1") == IPAddress("0:0:0:0:0:0:0:1"))
    }

    @Test func `a connection without an address has one name`() {
        #expect(resolve(nil, [.xForwardedFor: "1.2.3.4"]) == "unknown")
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", "+1.2.3.4", ":::", "1::2::3", "12345::", "::g",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "a.b.c.d", "10.0.0.1 ",
    ])
    func `anything else is no address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "x/8"])
    func `anything else is no range`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `a range ends where its bits end`() throws {
        let range = try #require(AddressRange("10.128.0.0/9"))
        #expect(range.contains(try #require(IPAddress("10.255.255.255"))))
        #expect(!range.contains(try #require(IPAddress("10.127.255.255"))))
        #expect(try #require(AddressRange("0.0.0.0/0")).contains(try #require(IPAddress("8.8.8.8"))))
    }
}
