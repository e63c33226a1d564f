import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// From the first call to sleep, reset and restart.
///
/// Cases of `server-test.c++` and of miniflare carry their names.
struct LifecycleTests {
    private let test: RoostTest

    init() throws { test = try RoostTest { try $0.register(Witness.self) } }

    private func witness(_ name: String) throws -> Witness { try test.objects(of: Witness.self).get(name) }

    @Test func `Durable Objects (in memory) - counters are each object's own`() async throws {
        for count in 1...3 {
            for name in ["foo", "bar"] { #expect(try await witness(name).increment() == count) }
        }
        let unique = try test.objects(of: Witness.self).newUniqueID()
        #expect(try await test.objects(of: Witness.self).get(unique).increment() == 1)
        #expect(try await test.objects(of: Witness.self).get(unique).hexID() == unique.description)
    }

    @Test func `keep ctx.id.name undefined for unique IDs`() async throws {
        let namespace = try test.objects(of: Witness.self)
        #expect(try await namespace.get(namespace.newUniqueID()).name() == nil)
        // An id that was read from text has lost its name, too.
        let id = try namespace.id(fromString: namespace.id(fromName: "read").description)
        #expect(try await namespace.get(id).name() == nil)
    }

    @Test func `retain ctx.id.name for short names`() async throws {
        let longest = String(repeating: "n", count: 1_024)
        for name in ["", "short", "ünïcode", longest] { #expect(try await witness(name).name() == name) }
    }

    @Test func `drop ctx.id.name for long names`() async throws {
        let name = String(repeating: "n", count: 1_025)
        #expect(try await witness(name).name() == nil)
        #expect(try await witness(name).increment() == 1)
        #expect(try await witness(name).increment() == 2)
    }

    @Test func `Simultaneous requests to a DO that hasn't started don't cause split brain`() async throws {
        for round in 0..<20 {
            let witness = try witness("slow \(round)")
            let calls = (0..<3).map { _ in Task { try await witness.increment() } }
            var numbers: [Int] = []
            for call in calls { numbers.append(try await call.value) }
            #expect(numbers.sorted() == [1, 2, 3])
            #expect(Witness.starts("slow \(round)") == 1)
        }
    }

    @Test func `Durable Objects (on disk) - counters survive a restart`() async throws {
        let disk = try DiskRuntime { try $0.register(Witness.self) }
        #expect(try await disk.roost.objects(of: Witness.self).get("disk").increment() == 1)
        let witness = try disk.roost.objects(of: Witness.self).get("disk")
        try await witness.putUnconfirmed(41)
        // It sleeps when that is durable.
        try await disk.roost.evict(witness)
        try await disk.restart()
        #expect(try await disk.roost.objects(of: Witness.self).get("disk").increment() == 42)
    }

    @Test func `eviction`() async throws {
        let witness = try witness("evicted")
        _ = try await witness.increment()
        test.clock.advance(by: .seconds(9))
        _ = try await witness.increment()
        #expect(Witness.starts("evicted") == 1)
        test.clock.advance(by: .seconds(10))
        #expect(test.roost.health.liveInstances == 0)
        #expect(try await witness.increment() == 3)
        #expect(Witness.starts("evicted") == 2)
    }

    @Test func `prevent eviction`() async throws {
        var configuration = RoostConfiguration()
        configuration.idleTime = .seconds(86_400)
        let test = try RoostTest(configuration: configuration) { try $0.register(Witness.self) }
        let witness = try test.objects(of: Witness.self).get("kept")
        _ = try await witness.increment()
        test.clock.advance(by: .seconds(3_600))
        _ = try await witness.increment()
        #expect(Witness.starts("kept") == 1)
    }

    @Test func `Broken DO stays broken until stub replaced - here a stub recovers by itself`() async throws {
        let witness = try witness("broken")
        #expect(try await witness.increment() == 1)
        let error = await #expect(throws: RoostError.self) { try await witness.breakDown("because I said so") }
        #expect(error?.message == "because I said so")
        #expect(error?.reset == true)
        #expect(try await witness.increment() == 2)
        #expect(Witness.starts("broken") == 2)
    }

    // miniflare: plugins/do/index.spec.ts
    @Test func `can use Durable Object ID from one object in another`() async throws {
        let namespace = try test.objects(of: Witness.self)
        let id = try await witness("one").idOf("two")
        #expect(try await namespace.get(namespace.id(fromString: id)).hexID() == id)
        #expect(id == namespace.id(fromName: "two").description)
    }

    @Test func `persists Durable Object data in-memory between options reloads`() async throws {
        #expect(try await witness("reloaded").increment() == 1)
        try await test.restart()
        #expect(try await witness("reloaded").increment() == 2)
        let other = try RoostTest { try $0.register(Witness.self) }
        #expect(try await other.objects(of: Witness.self).get("reloaded").increment() == 1)
    }

    // vitest-plugin
    @Test func `sees reset Durable Object storage after reset`() async throws {
        for _ in 0..<2 {
            let fresh = try RoostTest { try $0.register(Witness.self) }
            #expect(try await fresh.objects(of: Witness.self).get("a").increment() == 1)
        }
    }

    // unsafe-module-test
    @Test func `test_evict_all_durable_objects - only those that are awake are put to sleep`() async throws {
        _ = try await witness("awake").increment()
        try await test.evictAll()
        try await test.evictAll()
        #expect(try await witness("awake").increment() == 2)
        #expect(Witness.starts("awake") == 2)
    }
}

/// Counts durably, and counts its starts.
distributed actor Witness: DurableObject {
    private static let started = Mutex<[String: Int]>([:])

    static func starts(_ name: String) -> Int { started.withLock { $0[name] ?? 0 } }

    private let context: ObjectContext
    private let storage: ObjectStorage

    init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
        let name = context.id.name ?? ""
        Self.started.withLock { $0[name, default: 0] += 1 }
        guard name.hasPrefix("slow") else { return }
        try storage.put("born", true)
        try await storage.sync()
    }

    distributed func increment() throws -> Int {
        let value = (try storage.get("value", as: Int.self) ?? 0) + 1
        try storage.put("value", value)
        return value
    }

    distributed func putUnconfirmed(_ value: Int) throws {
        try storage.put("value", value, options: WriteOptions(allowUnconfirmed: true))
    }

    distributed func name() -> String? { context.id.name }
    distributed func hexID() -> String { context.id.description }
    distributed func idOf(_ name: String) throws -> String {
        try context.objects(of: Witness.self).id(fromName: name).description
    }
    distributed func breakDown(_ reason: String) throws { try context.abort(reason) }
}
