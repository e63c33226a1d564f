import RoostGateway
import Testing

struct HostNameTests {
    @Test(arguments: [
        ("Example.COM", "example.com"), ("example.com:8080", "example.com"), ("example.com.", "example.com"),
        ("example.com.:80", "example.com"), ("example.com:", "example.com"), ("127.0.0.1:1", "127.0.0.1"),
        ("[::1]", "::1"), ("[::1]:8080", "::1"), ("::1", "::1"), ("[2001:DB8:0::1]:443", "2001:db8::1"),
    ])
    func `a host has one form`(text: String, host: String) {
        #expect(HostName.normalized(text) == host)
    }

    @Test(arguments: [
        "", ".", ":80", "a..b", "a b", "a/b", "user@a", "a:port", "a:123456", "[::1", "[::1]x", "[a]", "a:b:c", "ä.de",
        "a.b\u{0}", String(repeating: "a.", count: 127) + "a",
    ])
    func `these are no hosts`(text: String) {
        #expect(HostName.normalized(text) == nil)
    }
}
