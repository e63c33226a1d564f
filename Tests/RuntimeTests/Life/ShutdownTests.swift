import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Drain on shutdown: what is inside may end, what comes from outside is refused, nothing acknowledged is lost.
struct ShutdownTests {
    private let test: SteppedTest
    private let latch = "shutdown \(UInt64.random(in: 0 ... .max))"

    init() throws {
        test = try SteppedTest {
            try $0.register(Guarded.self)
            try $0.register(Friend.self)
            try $0.register(Counter.self)
            try $0.register(Relay.self)
            try $0.register(Bell.self)
        }
    }

    private func shutdown(limit: Duration = .seconds(30)) -> Pending<Bool> {
        let roost = test.test.roost
        let pending = test.start { await roost.shutdown(limit: limit) }
        test.settle()
        return pending
    }

    @Test func `calls in flight may end, new ones are refused`() throws {
        let object = try test.objects(of: Guarded.self).get("a")
        let counter = try test.objects(of: Counter.self).get("c")
        let call = test.start { try await object.ask("f", until: latch) }
        test.settle()
        let shutdown = shutdown()
        test.advance(by: .seconds(5))
        #expect(!shutdown.isDone)
        let error = #expect(throws: RoostError.self) { try test.run { try await counter.increment() } }
        #expect(error?.code == .shuttingDown)
        #expect(error?.retryable == true)
        Latches.shared.open(latch)
        test.advance(by: .seconds(1))
        try call.value()
        #expect(try shutdown.value())
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `objects reach each other while the runtime drains`() throws {
        let object = try test.objects(of: Guarded.self).get("a")
        let call = test.start { try await object.waitAndCall("c", after: latch) }
        test.settle()
        let shutdown = shutdown()
        Latches.shared.open(latch)
        test.advance(by: .seconds(1))
        // The counter slept before; it is woken for a call that had begun.
        #expect(try call.value() == 1)
        #expect(try shutdown.value())
    }

    @Test func `past the limit what is still busy is cut off, and says so`() throws {
        let object = try test.objects(of: Guarded.self).get("a")
        let call = test.start { try await object.ask("f", until: latch) }
        test.settle()
        let shutdown = shutdown(limit: .seconds(3))
        test.advance(by: .milliseconds(2_900))
        #expect(!shutdown.isDone)
        test.advance(by: .seconds(1))
        #expect(try !shutdown.value())
        Latches.shared.open(latch)
        test.settle()
        let error = #expect(throws: RoostError.self) { try call.value() }
        #expect(error?.code == .shuttingDown)
    }

    @Test func `what was acknowledged before is there after`() throws {
        let counter = try test.objects(of: Counter.self).get("a")
        #expect(try test.run { try await counter.increment() } == 1)
        // Acknowledged without being durable: a shutdown waits for it, too.
        test.disk.holdCommits()
        try test.run { try await counter.putUnconfirmed(50) }
        let shutdown = shutdown()
        test.advance(by: .seconds(2))
        #expect(!shutdown.isDone)
        test.disk.releaseCommits()
        test.advance(by: .seconds(1))
        #expect(try shutdown.value())
        try test.test.crash()
        let again = try test.objects(of: Counter.self).get("a")
        #expect(try test.run { try await again.value() } == 50)
    }

    @Test func `alarms wait for the next start`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        let roost = belfry.test.test.roost
        let shutdown = belfry.test.start { await roost.shutdown(limit: .seconds(1)) }
        belfry.test.advance(by: .seconds(60))
        #expect(try shutdown.value())
        #expect(belfry.rings.isEmpty)
        try belfry.test.test.crash()
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.map(\.scheduled) == [time])
    }

    @Test func `background work may end within the limit`() throws {
        let object = try test.objects(of: Guarded.self).get("a")
        try test.run { try await object.work(until: latch, failing: false) }
        let shutdown = shutdown()
        test.advance(by: .seconds(5))
        #expect(!shutdown.isDone)
        Latches.shared.open(latch)
        test.advance(by: .seconds(1))
        #expect(try shutdown.value())
    }
}

extension Guarded {
    /// Waits, and then calls a counter.
    distributed func waitAndCall(_ name: String, after latch: String) async throws -> Int {
        let counter = try context.objects(of: Counter.self).get(name)
        await Latches.shared.wait(latch)
        return try await counter.increment()
    }
}
