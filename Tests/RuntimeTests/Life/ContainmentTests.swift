import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// One object that goes wrong never disturbs another.
///
/// Each test lets well-behaved objects work as hard as they can while one object of another kind does what its name
/// says, over and over; the well-behaved ones must not see a single error, nor lose a count, nor have to wait for it.
struct ContainmentTests {
    private static let counters = 20
    private static let rounds = 50

    private let recorder = EventRecorder()
    private let test: RoostTest
    private let latch = "containment \(UInt64.random(in: 0 ... .max))"

    init() throws {
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        configuration.queuedEventsMax = 16
        configuration.limits.uncommittedBytesMax = 1 << 20
        configuration.limits.sql.steps = 100_000
        test = try RoostTest(configuration: configuration) {
            try $0.register(Counter.self)
            try $0.register(Rogue.self, storage: .sql)
        }
    }

    /// Lets counters count while the rogue is called again and again; returns what the rogue's callers got.
    ///
    /// - Parameter atOnce: How many call the rogue at the same time.
    private func underLoad(
        atOnce: Int = 4,
        _ misbehave: @escaping @Sendable (Rogue) async throws -> Void
    ) async throws -> [any Error] {
        let counters = try test.objects(of: Counter.self)
        let rogue = try test.objects(of: Rogue.self).get("rogue")
        let load = Load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<atOnce {
                let pace = try counters.get("pace \(caller)")
                group.addTask {
                    while load.isOn {
                        do { try await misbehave(rogue) } catch { load.note(error) }
                        // A caller that is refused at once and asks again at once would keep a processor for itself.
                        _ = try await pace.increment()
                    }
                }
            }
            let good = try (0..<Self.counters).map { index in
                let counter = try counters.get("good \(index)")
                return Task { for _ in 0..<Self.rounds { _ = try await counter.increment() } }
            }
            for task in good { try await task.value }
            load.stop()
            Latches.shared.open(latch)
            try await group.waitForAll()
        }
        for index in 0..<Self.counters {
            #expect(try await counters.get("good \(index)").value() == Self.rounds)
        }
        let disturbed = recorder.events.filter { if case .reset(let name) = $0 { !Self.isRogue(name) } else { false } }
        #expect(disturbed.isEmpty)
        return load.errors
    }

    private static func isRogue(_ name: String) -> Bool { name == "rogue" || name == "stillborn" }

    @Test func `an object that throws`() async throws {
        let errors = try await underLoad { try await $0.refuse() }
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0 as? TestError == .refused })
        #expect(!recorder.events.contains(.reset("rogue")))
    }

    @Test func `an object that gives up again and again`() async throws {
        let errors = try await underLoad { try await $0.giveUp() }
        #expect(errors.allSatisfy { ($0 as? RoostError)?.reset == true })
        #expect(recorder.events.contains(.reset("rogue")))
    }

    @Test func `an object whose initializer fails`() async throws {
        _ = Rogue.isStillborn.withLock { $0.insert("stillborn") }
        let stillborn = try test.objects(of: Rogue.self).get("stillborn")
        let errors = try await underLoad { _ in try await stillborn.nothing() }
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { $0 as? TestError == .refused })
    }

    @Test func `an object that blocks, and whose queue overflows`() async throws {
        let latch = latch
        let errors = try await underLoad(atOnce: 32) { try await $0.block(until: latch) }
        #expect(!errors.isEmpty)
        #expect(errors.allSatisfy { ($0 as? RoostError)?.code == .overloaded })
        // It takes calls again.
        try await test.objects(of: Rogue.self).get("rogue").nothing()
    }

    @Test func `an object that runs into its limits`() async throws {
        let errors = try await underLoad { rogue in
            await #expect(throws: RoostError.self) { try await rogue.putTooMuch() }
            await #expect(throws: RoostError.self) { try await rogue.putTooLong() }
            try await rogue.nothing()
        }
        #expect(errors.isEmpty)
        #expect(!recorder.events.contains(.reset("rogue")))
    }

    @Test func `an object with a query that runs away`() async throws {
        let errors = try await underLoad(atOnce: 1) { try await $0.queryForEver() }
        #expect(errors.allSatisfy { ($0 as? RoostError)?.sqlCode == "SQLITE_INTERRUPT" })
    }

    @Test func `an object whose commits fail takes only itself along`() async throws {
        // Alone on the disk when it fails: a commit of many objects fails as a whole.
        let rogue = try test.objects(of: Rogue.self).get("rogue")
        let counter = try test.objects(of: Counter.self).get("good")
        for count in 1...20 {
            test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
            await #expect(throws: RoostError.self) { try await rogue.put(count) }
            #expect(try await counter.increment() == count)
        }
        #expect(!recorder.events.contains(.reset("good")))
    }
}

/// Whether the callers go on, and what they were told.
private final class Load: Sendable {
    private let state = Mutex((isOn: true, errors: [any Error]()))

    var isOn: Bool { state.withLock { $0.isOn } }

    var errors: [any Error] { state.withLock { $0.errors } }

    func note(_ error: any Error) { state.withLock { $0.errors.append(error) } }

    func stop() { state.withLock { $0.isOn = false } }
}

/// Does everything that it should not.
distributed actor Rogue: DurableObject {
    static let isStillborn = Mutex<Set<String>>([])

    private let context: ObjectContext
    private let storage: ObjectStorage

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
        let name = context.id.name ?? ""
        if Self.isStillborn.withLock({ $0.contains(name) }) { throw TestError.refused }
    }

    distributed func nothing() {}

    distributed func refuse() throws {
        try storage.put("value", 1)
        throw TestError.refused
    }

    distributed func put(_ value: Int) throws { try storage.put("value", value) }

    distributed func giveUp() throws {
        try storage.put("value", 1)
        try context.abort("enough")
    }

    distributed func block(until latch: String) async throws {
        try await context.blockConcurrencyWhile { await Latches.shared.wait(latch) }
    }

    distributed func putTooMuch() throws {
        for index in 0..<64 { try storage.putBytes("large \(index)", [UInt8](repeating: 0, count: 60_000)) }
    }

    distributed func putTooLong() throws { try storage.put(String(repeating: "k", count: 4_096), 1) }

    distributed func queryForEver() throws {
        let forEver = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        _ = try storage.sql.execute(forEver).all()
    }
}
