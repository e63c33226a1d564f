import RoostRuntime
import RoostTesting
import Testing

/// Calls on one stub start in call order.
///
/// The `rpc` fixture's cases carry their names. Calls have an order when one is made after the other: here each task
/// runs at once up to where its call is on its way, before the next begins.
struct CallOrderTests {
    private static let rounds = 5
    private static let calls = 100

    private let test: RoostTest

    init() throws {
        test = try RoostTest {
            try $0.register(CallDiary.self)
            try $0.register(Writer.self)
        }
    }

    @Test func `preserves same-type RPC call order`() async throws {
        for round in 0..<Self.rounds {
            let diary = try test.objects(of: CallDiary.self).get("cold \(round)")
            #expect(try await Self.write(to: diary) == Array(0..<Self.calls))
        }
    }

    @Test func `preserves same-type RPC call order after prewarming instance`() async throws {
        for round in 0..<Self.rounds {
            let diary = try test.objects(of: CallDiary.self).get("warm \(round)")
            _ = try await diary.entries()
            #expect(try await Self.write(to: diary) == Array(0..<Self.calls))
        }
    }

    @Test func `preserves same-type RPC call order from a Durable Object caller`() async throws {
        for round in 0..<Self.rounds {
            let writer = try test.objects(of: Writer.self).get("w")
            #expect(try await writer.write(to: "of writer \(round)") == Array(0..<Self.calls))
        }
    }

    // js-rpc-test
    @Test func `eOrderTest`() async throws {
        let diary = try test.objects(of: CallDiary.self).get("e")
        var numbers: [Int] = []
        let calls = (1...6).map { _ in Task.immediate { try await diary.next() } }
        for call in calls { numbers.append(try await call.value) }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
    }

    @Test func `calls that waited for a section begin in the order in which they came`() async throws {
        let diary = try test.objects(of: CallDiary.self).get("section")
        let latch = "order \(UInt64.random(in: 0 ... .max))"
        let section = Task.immediate { try await diary.hold(until: latch) }
        await Latches.shared.waiters(latch, reach: 1)
        let calls = (0..<Self.calls).map { number in Task.immediate { try await diary.write(number) } }
        Latches.shared.open(latch)
        try await section.value
        for call in calls { try await call.value }
        #expect(try await diary.entries() == Array(0..<Self.calls))
    }

    static func write(to diary: CallDiary) async throws -> [Int] {
        let calls = (0..<Self.calls).map { number in Task.immediate { try await diary.write(number) } }
        for call in calls { try await call.value }
        return try await diary.entries()
    }
}

/// Writes down what comes, in the order in which it comes.
distributed actor CallDiary: DurableObject {
    private let context: ObjectContext
    private var numbers: [Int] = []

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
    }

    distributed func write(_ number: Int) { numbers.append(number) }
    distributed func entries() -> [Int] { numbers }

    distributed func next() -> Int {
        numbers.append(numbers.count + 1)
        return numbers.count
    }

    distributed func hold(until latch: String) async throws {
        try await context.blockConcurrencyWhile { await Latches.shared.wait(latch) }
    }
}

/// Writes into diaries.
distributed actor Writer: DurableObject {
    private let diaries: ObjectNamespace<CallDiary>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        diaries = try context.objects(of: CallDiary.self)
    }

    distributed func write(to name: String) async throws -> [Int] {
        try await CallOrderTests.write(to: diaries.get(name))
    }
}
