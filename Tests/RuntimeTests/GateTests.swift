import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// What leaves an object leaves only when it is durable.
///
/// Stepped, so that "has not left yet" is a certainty.
struct GateTests {
    private let test: SteppedTest
    private let counter: Counter

    init() throws {
        test = try SteppedTest {
            try $0.register(Counter.self)
            try $0.register(Relay.self)
        }
        counter = try test.objects(of: Counter.self).get("a")
    }

    /// Whether a call gets out while the disk holds every commit; it must, when the disk goes on.
    private func isHeld(_ call: @escaping @Sendable () async throws -> Void) -> Bool {
        test.disk.holdCommits()
        let pending = test.start(call)
        test.settle()
        let isHeld = !pending.isDone
        test.disk.releaseCommits()
        test.settle()
        #expect(pending.isDone)
        return isHeld
    }

    @Test func `a reply waits for the commit`() throws {
        let isHeld4 = isHeld { [counter] in _ = try await counter.increment() }
        #expect(isHeld4)
        let value1 = try test.run { [counter] in try await counter.value() }
        #expect(value1 == 1)
    }

    @Test func `a thrown error waits for the commit`() throws {
        let isHeld5 = isHeld { [counter] in try await counter.writeAndThrow(1) }
        #expect(isHeld5)
    }

    @Test func `a reply without a change does not wait`() throws {
        let isHeld6 = isHeld { [counter] in _ = try await counter.value() }
        #expect(!isHeld6)
    }

    @Test func `a read that may have seen uncommitted data waits for the commit`() throws {
        test.disk.holdCommits()
        let write = test.start { [counter] in try await counter.increment() }
        test.settle()
        let read = test.start { [counter] in try await counter.value() }
        test.settle()
        #expect(!write.isDone)
        #expect(!read.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try write.value() == 1)
        #expect(try read.value() == 1)
    }

    @Test func `an unconfirmed write does not hold the reply`() throws {
        let isHeld7 = isHeld { [counter] in try await counter.putUnconfirmed(3) }
        #expect(!isHeld7)
    }

    @Test func `an unconfirmed write that fails resets the object all the same`() throws {
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        try test.run { [counter] in try await counter.putUnconfirmed(3) }
        let value2 = try test.run { [counter] in try await counter.value() }
        #expect(value2 == 0)
    }

    @Test func `sync waits for unconfirmed writes too`() throws {
        let isHeld8 = isHeld { [counter] in try await counter.putUnconfirmedAndSync(4) }
        #expect(isHeld8)
        try test.test.crash()
        let after = try test.objects(of: Counter.self).get("a")
        #expect(try test.run { try await after.value() } == 4)
    }

    @Test func `a call to another object waits until the caller's changes are durable`() throws {
        let relay = try test.objects(of: Relay.self).get("r")
        test.disk.holdCommits()
        let call = test.start { try await relay.noteAndCall("a") }
        test.settle()
        // The other object was not even woken.
        #expect(test.test.roost.health.liveInstances == 1)
        test.disk.releaseCommits()
        test.settle()
        #expect(try call.value() == 1)
    }

    @Test func `what an initializer changed is durable before its first call is answered`() throws {
        let relay = try test.objects(of: Relay.self).get("r")
        #expect(isHeld { try await relay.nothing() })
    }

    @Test func `a caller that stops waiting gets a cancellation, and the change stays`() throws {
        test.disk.holdCommits()
        let call = test.start { [counter] in try await counter.increment() }
        test.settle()
        call.cancel()
        test.settle()
        #expect(throws: CancellationError.self) { try call.value() }
        test.disk.releaseCommits()
        test.settle()
        let value3 = try test.run { [counter] in try await counter.value() }
        #expect(value3 == 1)
    }

    @Test func `both writes of a turn are found after a crash, or neither`() throws {
        for commit in 1...6 {
            let test = try SteppedTest(seed: UInt64(commit)) { try $0.register(Counter.self) }
            let object = try test.objects(of: Counter.self).get("a")
            test.disk.crash(atCommit: UInt64(commit), .beforeDurable)
            for value in 1...4 {
                let write = test.start { try await object.setBoth(value) }
                test.settle()
                _ = write
            }
            try test.test.crash()
            let after = try test.objects(of: Counter.self).get("a")
            let both = try test.run { try await after.both() }
            #expect(both[0] == both[1])
        }
    }
}

/// Changes something, then calls a counter.
distributed actor Relay: DurableObject {
    let storage: ObjectStorage
    let counters: ObjectNamespace<Counter>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        counters = try context.objects(of: Counter.self)
        try storage.put("born", true)
    }

    distributed func nothing() {}

    distributed func noteAndCall(_ name: String) async throws -> Int {
        try storage.put("called", name)
        return try await counters.get(name).increment()
    }
}
