import RoostStorage
import RoostTesting
import Synchronization
import Testing

@testable import RoostRuntime

/// Objects that were touched and sleep again leave nothing in memory.
///
/// Counted are the tables of the runtime, which is exact, and not the memory of the process, which is not; for that
/// there is `roost bench life`.
struct NothingLeftTests {
    private static let objects = 50_000
    private static let perStep = 1_000

    @Test func `fifty thousand objects touched once leave no entry in any table`() throws {
        Touched.alive.withLock { $0 = 0 }
        var configuration = RoostConfiguration()
        configuration.idleTime = .seconds(1)
        let test = try SteppedTest(configuration: configuration) { try $0.register(Touched.self, storage: .sql) }
        let namespace = try test.objects(of: Touched.self)
        let roost = test.test.roost
        for step in 0..<Self.objects / Self.perStep {
            for index in 0..<Self.perStep {
                let object = try namespace.get("\(step * Self.perStep + index)")
                _ = test.start {
                    // One in ten writes, one in a hundred opens its database, one in fifty is reset.
                    try await object.touch(writes: index % 10 == 0, opens: index % 100 == 0)
                    if index % 50 == 0 { try await object.giveUp() }
                }
            }
            test.settle()
            #expect(Touched.alive.withLock { $0 } <= 2 * Self.perStep)
            #expect(roost.collector.count <= 2 * Self.perStep)
            test.advance(by: .seconds(1))
        }
        test.advance(by: .seconds(2))
        #expect(roost.health.liveInstances == 0)
        #expect(namespace.entry.catalog.count == 0)
        #expect(roost.collector.count == 0)
        #expect(roost.health.openDatabases == 0)
        #expect(roost.health.openDatabaseBytes == 0)
        #expect(roost.alarms.state.withLock { $0.agenda.footprint } == 0)
        #expect(test.test.clock.timerCount == 0)
        #expect(Touched.alive.withLock { $0 } == 0)
    }
}

/// Counts those that are in memory.
distributed actor Touched: DurableObject {
    static let alive = Mutex(0)

    private let context: ObjectContext
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
        Self.alive.withLock { $0 += 1 }
    }

    deinit { Self.alive.withLock { $0 -= 1 } }

    distributed func touch(writes: Bool, opens: Bool) throws {
        if writes { try storage.put("touched", true) }
        if opens { _ = try storage.sql.execute("CREATE TABLE IF NOT EXISTS t (a)").all() }
    }

    distributed func giveUp() throws { try context.abort("enough") }
}
