import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Putting objects to sleep and resetting them by command.
///
/// Cases of `unsafe-module-test.js` carry their names.
struct EvictionTests {
    private let test: SteppedTest
    private let latch = "eviction \(UInt64.random(in: 0 ... .max))"

    init() throws {
        test = try SteppedTest {
            try $0.register(Counter.self)
            try $0.register(Waiting.self)
        }
    }

    private func counter(_ name: String = "a") throws -> Counter { try test.objects(of: Counter.self).get(name) }

    @Test func `test_evict`() throws {
        let (test, counter) = (test.test, try counter())
        let seen = try self.test.run {
            _ = try await counter.increment()
            _ = try await counter.touch()
            try await test.evict(counter)
            return [try await counter.touch(), try await counter.value()]
        }
        #expect(seen == [1, 1])
    }

    @Test func `test_evict_waits_for_in_flight_request`() throws {
        let roost = test.test
        let object = try test.objects(of: Waiting.self).get("a")
        let call = test.start { try await object.wait(for: latch) }
        test.settle()
        let eviction = test.start { try await roost.evict(object) }
        test.settle()
        #expect(!eviction.isDone)
        Latches.shared.open(latch)
        test.settle()
        #expect(try call.value() == 1)
        #expect(eviction.isDone)
        #expect(roost.roost.health.liveInstances == 0)
    }

    @Test func `an eviction waits until everything is durable`() throws {
        let (roost, counter) = (test.test, try counter())
        _ = try test.run { try await counter.value() }
        test.disk.holdCommits()
        try test.run { try await counter.putUnconfirmed(5) }
        let eviction = test.start { try await roost.evict(counter) }
        test.settle()
        #expect(!eviction.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(eviction.isDone)
        #expect(try test.run { try await counter.value() } == 5)
    }

    @Test func `an eviction gives up after 30 s`() throws {
        let roost = test.test
        let object = try test.objects(of: Waiting.self).get("a")
        let call = test.start { try await object.wait(for: latch) }
        test.settle()
        let eviction = test.start { try await roost.evict(object) }
        test.advance(by: .seconds(30))
        let error = #expect(throws: RoostError.self) { try eviction.value() }
        #expect(
            error?.message == "Timed out waiting to evict Durable Object: it still has active references."
        )
        Latches.shared.open(latch)
        test.settle()
        #expect(try call.value() == 1)
    }

    @Test func `test_evict_concurrent_calls`() throws {
        let (roost, counter) = (test.test, try counter())
        _ = try test.run { try await counter.increment() }
        let calls = (0..<10).map { _ in test.start { try await counter.increment() } }
        let eviction = test.start { try await roost.evict(counter) }
        test.settle()
        #expect(eviction.isDone)
        #expect(Set(try calls.map { try $0.value() }) == Set(2...11))
    }

    @Test func `test_evict_not_running`() throws {
        let (roost, counter) = (test.test, try counter())
        let error = #expect(throws: RoostError.self) { try test.run { try await roost.evict(counter) } }
        #expect(error?.code == .notRunning)
        #expect(error?.message == "Cannot evict Durable Object: it is not currently running.")
    }

    @Test func `test_evict_all_durable_objects`() throws {
        let roost = test.test
        for name in ["a", "b", "c"] {
            let counter = try counter(name)
            _ = try test.run { try await counter.touch() }
        }
        try test.run { try await roost.evictAll() }
        #expect(roost.roost.health.liveInstances == 0)
        let counter = try counter()
        #expect(try test.run { try await counter.touch() } == 1)
    }

    @Test func `test_abort_all_durable_objects`() throws {
        let roost = test.test
        let object = try test.objects(of: Waiting.self).get("a")
        let call = test.start { try await object.wait(for: latch) }
        test.settle()
        roost.abortAll()
        #expect(roost.roost.health.liveInstances == 0)
        Latches.shared.open(latch)
        test.settle()
        let error = #expect(throws: RoostError.self) { try call.value() }
        #expect(error?.message == "Application called abortAllDurableObjects().")
        #expect(try test.run { try await object.wait(for: latch) } == 1)
    }

    // fixtures: direct-access
    @Test func `increments count and allows direct access to instance/storage`() throws {
        let (roost, counter) = (test.test, try counter())
        _ = try test.run { try await counter.increment() }
        let seen = try test.run {
            try await roost.run(in: counter) { instance, context in
                try instance.storage.put("value", 41)
                return try context.storage.get("value", as: Int.self)
            }
        }
        #expect(seen == 41)
        #expect(try test.run { try await counter.increment() } == 42)
        #expect(try roost.ids(of: Counter.self).map(\.name) == ["a"])
        let error = #expect(throws: TestError.self) {
            try test.run { try await roost.run(in: counter) { _, _ in throw TestError.refused } }
        }
        #expect(error == .refused)
    }

    @Test func `what runs inside an object is durable when it returns`() throws {
        let (roost, counter) = (test.test, try counter())
        test.disk.holdCommits()
        let running = test.start {
            try await roost.run(in: counter) { instance, _ in try instance.storage.put("value", 1) }
        }
        test.settle()
        #expect(!running.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(running.isDone)
    }
}
