import RoostRuntime
import RoostTesting
import Testing

struct TenantTests {
    @Test(arguments: ["a", "acme", "acme-2", "0", String(repeating: "x", count: 63)])
    func `tenant ids of the alphabet are accepted`(text: String) throws {
        #expect(try TenantID(text).text == text)
    }

    @Test(arguments: ["", "A", "a:b", "../x", "__proto__", "a b", "é", "a\0", String(repeating: "x", count: 64)])
    func `anything else is refused`(text: String) {
        #expect(throws: RoostError.self) { try TenantID(text) }
    }

    @Test func `a tenant's namespace reaches its own objects only`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        _ = try await counters.tenant(TenantID("a")).get("b:c").increment()
        #expect(try await counters.get("a:b:c").value() == 1)
        #expect(try await counters.tenant(TenantID("a-b")).get("c").value() == 0)
    }

    @Test func `a tenant's objects are listed in byte order, page by page`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        for id in ["b", "a", "é", "c:d"] { _ = try await counters.tenant(TenantID("acme")).get(id).increment() }
        _ = try await counters.tenant(TenantID("acme-2")).get("z").increment()
        let acme = counters.tenant(try TenantID("acme"))
        #expect(try acme.ids(limit: 2) == ["a", "b"])
        #expect(try acme.ids(after: "b", limit: 10) == ["c:d", "é"])
    }

    @Test func `a name that is too long is refused`() throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let acme = try test.objects(of: Counter.self).tenant(TenantID("acme"))
        let error = #expect(throws: RoostError.self) { try acme.get(String(repeating: "x", count: 1_020)) }
        #expect(error?.code == .invalidName)
    }
}
