import RoostRuntime
import RoostTesting
import Testing

/// Calls on one stub start in call order.
///
/// The `rpc` fixture's cases carry their names. Calls have an order when one is made after the other: here each goes as
/// far as it can before the next is made.
struct CallOrderTests {
    private static let rounds = 5
    private static let calls = 100

    private let test: RoostTest

    init() throws {
        test = try RoostTest { try $0.register(CallDiary.self) }
    }

    @Test(arguments: 1...UInt64(Self.rounds))
    func `preserves same-type RPC call order`(seed: UInt64) throws {
        let test = try SteppedTest(seed: seed) { try $0.register(CallDiary.self) }
        let latch = "start \(seed) \(UInt64.random(in: 0 ... .max))"
        let diary = try test.objects(of: CallDiary.self).get("starts on \(latch)")
        try Self.writeAll(to: diary, in: test) { Latches.shared.open(latch) }
    }

    @Test func `preserves same-type RPC call order after prewarming instance`() async throws {
        for round in 0..<Self.rounds {
            let diary = try test.objects(of: CallDiary.self).get("warm \(round)")
            #expect(try await Self.write(to: diary) == Array(0..<Self.calls))
        }
    }

    @Test(arguments: 1...UInt64(Self.rounds), [false, true])
    func `preserves same-type RPC call order from a Durable Object caller`(seed: UInt64, isHeld: Bool) throws {
        let test = try SteppedTest(seed: seed) { try $0.register(CallDiary.self) }
        let caller = try test.objects(of: CallDiary.self).get("caller")
        let diary = try test.objects(of: CallDiary.self).get("called")
        _ = try test.run { try await diary.entries() }
        try test.run { try await caller.writeAll(Self.calls, to: "called", changing: isHeld) }
        #expect(try test.run { try await diary.entries() } == Array(0..<Self.calls))
    }

    @Test(arguments: 1...UInt64(Self.rounds))
    func `calls that were held at their caller's gate wait for a section in the order of their making`(
        seed: UInt64
    ) throws {
        let test = try SteppedTest(seed: seed) { try $0.register(CallDiary.self) }
        let caller = try test.objects(of: CallDiary.self).get("caller")
        let diary = try test.objects(of: CallDiary.self).get("called")
        let latch = "held order \(seed) \(UInt64.random(in: 0 ... .max))"
        let section = test.start { try await diary.hold(until: latch) }
        test.settle()
        let calls = test.start { try await caller.writeAll(Self.calls, to: "called", changing: true) }
        // Those on another object do not wait for them.
        let others = test.start { try await caller.writeAll(Self.calls, to: "another", changing: true) }
        test.settle()
        #expect(!calls.isDone)
        #expect(others.isDone)
        Latches.shared.open(latch)
        test.settle()
        #expect(section.isDone && calls.isDone)
        #expect(try test.run { try await diary.entries() } == Array(0..<Self.calls))
    }

    // js-rpc-test
    @Test func `eOrderTest`() async throws {
        let diary = try test.objects(of: CallDiary.self).get("e")
        _ = try await diary.entries()
        var numbers: [Int] = []
        let calls = (1...6).map { _ in Task.immediate { try await diary.next() } }
        for call in calls { numbers.append(try await call.value) }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: 1...UInt64(Self.rounds))
    func `calls that waited for a section begin in the order in which they came`(seed: UInt64) throws {
        let test = try SteppedTest(seed: seed) { try $0.register(CallDiary.self) }
        let diary = try test.objects(of: CallDiary.self).get("section")
        let latch = "order \(seed) \(UInt64.random(in: 0 ... .max))"
        let section = test.start { try await diary.hold(until: latch) }
        test.settle()
        try Self.writeAll(to: diary, in: test) { Latches.shared.open(latch) }
        #expect(section.isDone)
    }

    /// Makes calls to an object that lets none in, one after the other, and then has it let them in.
    private static func writeAll(to diary: CallDiary, in test: SteppedTest, _ letIn: () -> Void) throws {
        let calls = (0..<Self.calls).map { number in
            let call = test.start { try await diary.write(number) }
            test.settle()
            return call
        }
        #expect(!calls.contains { $0.isDone })
        letIn()
        test.settle()
        #expect(!calls.contains { !$0.isDone })
        #expect(try test.run { try await diary.entries() } == Array(0..<Self.calls))
    }

    /// Makes calls to an object that is awake, one after the other.
    private static func write(to diary: CallDiary) async throws -> [Int] {
        _ = try await diary.entries()
        let calls = (0..<Self.calls).map { number in Task.immediate { try await diary.write(number) } }
        for call in calls { try await call.value }
        return try await diary.entries()
    }
}

/// Writes down what comes, in the order in which it comes.
distributed actor CallDiary: DurableObject {
    private let context: ObjectContext
    private var numbers: [Int] = []

    init(context: ObjectContext) async {
        actorSystem = context.actorSystem
        self.context = context
        let prefix = "starts on "
        if let name = context.id.name, name.hasPrefix(prefix) {
            await Latches.shared.wait(String(name.dropFirst(prefix.count)))
        }
    }

    distributed func write(_ number: Int) { numbers.append(number) }
    distributed func entries() -> [Int] { numbers }

    distributed func next() -> Int {
        numbers.append(numbers.count + 1)
        return numbers.count
    }

    /// Makes so many calls to another diary, each as far as it goes before the next.
    distributed func writeAll(_ count: Int, to other: String, changing: Bool) async throws {
        let other = try context.objects(of: CallDiary.self).get(other)
        if changing { try context.storage.put("calls", count) }
        try await withThrowingTaskGroup { group in
            for number in 0..<count { group.addImmediateTask { try await other.write(number) } }
            try await group.waitForAll()
        }
    }

    distributed func hold(until latch: String) async throws {
        try await context.blockConcurrencyWhile { await Latches.shared.wait(latch) }
    }
}
