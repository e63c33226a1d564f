import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// `blockConcurrencyWhile`.
///
/// Cases of `io-gate-test.c++` and `actor-block-concurrency-depth-test.js` carry their names.
struct CriticalSectionTests: GuardedSuite {
    let test: SteppedTest
    private let recorder = EventRecorder()
    let object: Guarded
    /// Latches are shared by all tests of the process.
    private let latch = "section \(UInt64.random(in: 0 ... .max))"

    init() throws {
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        test = try SteppedTest(configuration: configuration) {
            try $0.register(Guarded.self)
            try $0.register(Friend.self)
            try $0.register(Newborn.self)
        }
        object = try test.objects(of: Guarded.self).get("a")
    }

    @Test func `InputGate critical section`() throws {
        let section = start { try await $0.section("s", until: latch) }
        let outside = (0..<3).map { number in start { try await $0.note("call \(number)") } }
        #expect(outside.allSatisfy { !$0.isDone })
        open(latch)
        #expect(section.isDone)
        #expect(outside.allSatisfy { $0.isDone })
        let notes = try test.run { try await object.read() }
        #expect(notes.prefix(2) == ["s begins", "s ends"])
        #expect(Set(notes.dropFirst(2)) == ["call 0", "call 1", "call 2"])
    }

    @Test func `InputGate multiple critical sections start together`() throws {
        // Both are inside before one of them blocks.
        let first = start { try await $0.ask("f", until: latch + "0") }
        #expect(!first.isDone)
        let sections = ["1", "2"].map { name in start { try await $0.section(name, until: latch + name) } }
        open(latch + "2")
        #expect(sections.allSatisfy { !$0.isDone })
        open(latch + "1")
        #expect(sections.allSatisfy { $0.isDone })
        open(latch + "0")
        let notes = try test.run { try await object.read() }
        #expect(notes.filter { $0 != "answered" } == ["1 begins", "1 ends", "2 begins", "2 ends"])
    }

    @Test func `InputGate nested critical sections`() throws {
        let nested = start { try await $0.nested(inner: latch + "i", outer: latch + "o") }
        let outside = start { try await $0.note("outside") }
        open(latch + "i")
        #expect(!outside.isDone)
        open(latch + "o")
        #expect(nested.isDone)
        #expect(outside.isDone)
        let notes = try test.run { try await object.read() }
        #expect(notes.prefix(3) == ["inner begins", "inner ends", "between"])
    }

    @Test func `InputGate nested critical section outlives parent`() throws {
        let parent = start { try await $0.outlived(until: latch) }
        #expect(parent.isDone)
        let outside = start { try await $0.note("outside") }
        #expect(!outside.isDone)
        open(latch)
        #expect(try outside.value() == ["parent ends", "child ends", "outside"])
    }

    @Test func `InputGate broken`() throws {
        let holding = start { try await $0.section("s", until: latch) }
        let failing = start { try await $0.failInSection() }
        let waiting = start { try await $0.note("waiting") }
        open(latch)
        #expect(holding.isDone)
        #expect(throws: TestError.refused) { try failing.value() }
        _ = waiting
        #expect(recorder.events.contains(.reset("a")))
        // The next call finds a fresh instance, without what the failed turn had written.
        #expect(try test.run { try await object.read() }.filter { $0 != "waiting" } == [])
        #expect(try test.run { try await object.lost() } == nil)
    }

    @Test(arguments: 1...32 as ClosedRange<UInt64>)
    func `what a section has changed in the turn in which it fails is lost, in whatever order things happen`(
        seed: UInt64
    ) throws {
        let test = try SteppedTest(seed: seed) { try $0.register(Guarded.self) }
        let object = try test.objects(of: Guarded.self).get("a")
        #expect(throws: TestError.refused) { try test.run { try await object.failInSection() } }
        #expect(try test.run { try await object.lost() } == nil)
    }

    @Test func `everybody who waits for a section that fails gets its error`() throws {
        let object = try test.objects(of: Newborn.self).get("loads " + latch)
        let calls = (0..<3).map { _ in test.start { try await object.read() } }
        test.settle()
        test.advance(by: .seconds(29))
        #expect(calls.allSatisfy { !$0.isDone })
        test.advance(by: .seconds(1))
        for call in calls {
            let error = #expect(throws: RoostError.self) { try call.value() }
            #expect(error?.message == Self.tooLong)
        }
    }

    @Test func `64 nested blockConcurrencyWhile calls succeed`() throws {
        #expect(try test.run { try await object.deep(64) } == 64)
    }

    @Test func `the 65th throws, and the object stays healthy`() throws {
        let message = try test.run { try await object.tooDeep(64) }
        #expect(message == "blockConcurrencyWhile() calls are nested too deeply.")
        #expect(try test.run { try await object.note("healthy") } == ["healthy"])
        #expect(!recorder.events.contains(.reset("a")))
    }

    private static let tooLong =
        "A call to blockConcurrencyWhile() in a Durable Object waited for too long. "
        + "The call was canceled and the Durable Object was reset."

    @Test func `a section that lasts 30 s resets the object, and nobody hangs`() throws {
        let section = start { try await $0.section("s", until: latch) }
        let waiting = start { try await $0.note("waiting") }
        test.advance(by: .milliseconds(29_999))
        #expect(!section.isDone)
        test.advance(by: .milliseconds(1))
        let error = #expect(throws: RoostError.self) { try section.value() }
        #expect(error?.message == Self.tooLong)
        #expect(error?.overloaded == true)
        #expect(error?.reset == true)
        #expect(error?.retryable == false)
        #expect(error?.remote == true)
        #expect(throws: RoostError.self) { try waiting.value() }
        #expect(try test.run { try await object.read() } == [])
        open(latch)
    }

    @Test func `a call that comes back to a section passes`() throws {
        let notes = try test.run { try await object.sectionThatCalls("f") }
        #expect(notes == ["called back"])
    }

    @Test func `an answer waits while another event's section runs`() throws {
        let asking = start { try await $0.ask("f", until: latch + "f") }
        let section = start { try await $0.section("s", until: latch) }
        open(latch + "f")
        #expect(!asking.isDone)
        open(latch)
        #expect(section.isDone)
        #expect(asking.isDone)
        #expect(try test.run { try await object.read() } == ["s begins", "s ends", "answered"])
    }

    @Test func `a section that was cancelled before it began leaves no trace`() throws {
        let holding = start { try await $0.section("s", until: latch) }
        let inside = start { try await $0.section("never", until: latch) }
        inside.cancel()
        test.settle()
        #expect(throws: CancellationError.self) { try inside.value() }
        open(latch)
        #expect(holding.isDone)
        #expect(try test.run { try await object.read() } == ["s begins", "s ends"])
    }

    @Test func `a section goes on when its caller goes away`() throws {
        let section = start { try await $0.section("s", until: latch) }
        section.cancel()
        test.settle()
        let outside = start { try await $0.note("outside") }
        #expect(!outside.isDone)
        open(latch)
        #expect(section.isDone)
        #expect(try outside.value() == ["s begins", "s ends", "outside"])
        #expect(!recorder.events.contains(.reset("a")))
    }

    @Test func `the error of a callee's initializer waits while another event's section runs`() throws {
        let asking = start { try await $0.askNewborn("refuses " + latch + "f") }
        let section = start { try await $0.section("s", until: latch) }
        open("refuses " + latch + "f")
        #expect(!asking.isDone)
        open(latch)
        #expect(section.isDone)
        #expect(asking.isDone)
        let notes = try test.run { try await object.read() }
        #expect(notes == ["s begins", "s ends", "refused"])
    }

    @Test func `events wait for a section of the initializer`() throws {
        let newborn = try test.objects(of: Newborn.self).get("loads " + latch)
        let call = test.start { try await newborn.read() }
        test.settle()
        #expect(!call.isDone)
        open("loads " + latch)
        #expect(try call.value() == 7)
    }

    @Test func `an initializer that calls its own object is told that it is a deadlock`() throws {
        let newborn = try test.objects(of: Newborn.self).get("calls itself")
        let error = #expect(throws: RoostError.self) { try test.run { try await newborn.read() } }
        #expect(error?.code == .deadlock)
        #expect(error?.message.hasPrefix("A critical section within this Durable Object awaited a Promise") == true)
    }

    @Test func `an initializer that hangs is given up after 30 s`() throws {
        let newborn = try test.objects(of: Newborn.self).get("hangs " + latch)
        let call = test.start { try await newborn.read() }
        test.advance(by: .seconds(30))
        let error = #expect(throws: RoostError.self) { try call.value() }
        #expect(error?.reset == true)
        #expect(error?.overloaded == true)
        open("hangs " + latch)
        #expect(try test.run { try await newborn.read() } == 0)
    }

    @Test func `an initializer's call to another object waits until its changes are durable`() throws {
        let newborn = try test.objects(of: Newborn.self).get("writes and calls")
        let friend = try test.objects(of: Friend.self).get("of newborn")
        test.disk.holdCommits()
        let call = test.start { try await newborn.read() }
        test.settle()
        #expect(!call.isDone)
        #expect(try test.run { try await friend.greeted() } == 0)
        test.disk.releaseCommits()
        test.settle()
        #expect(call.isDone)
        #expect(try test.run { try await friend.greeted() } == 1)
    }

    @Test func `an alarm waits for a section, and does not run when the section has deleted it`() throws {
        let belfry = try Belfry()
        let gate = OneTimeGate()
        try belfry.set(.seconds(5))
        let holding = try belfry.start { bell, storage in
            try await bell.deleteAlarmInSection(gate)
        }
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.isEmpty)
        gate.open()
        belfry.test.settle()
        #expect(holding.isDone)
        #expect(belfry.rings.isEmpty)
        #expect(try belfry.durableAlarms().isEmpty)
    }
}

extension Bell {
    /// Waits in a section until the alarm is due, and then deletes it.
    func deleteAlarmInSection(_ gate: OneTimeGate) async throws {
        try await context.blockConcurrencyWhile {
            await gate.wait()
            try self.storage.deleteAlarm()
            try await self.storage.sync()
        }
    }
}
