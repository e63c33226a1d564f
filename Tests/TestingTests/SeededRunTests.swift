import RoostRuntime
import RoostTesting
import Testing

/// Scenarios of distributed objects on one thread, in a seeded, repeatable order: what the simulator rests on.
struct SeededRunTests {
    private static func scenario(seed: UInt64) throws -> SeededRun.Outcome<[Int]> {
        try SeededRun(seed: seed).run(
            register: {
                try $0.register(Ledger.self)
                try $0.register(Clerk.self)
            },
            scenario: { test in
                let clerks = try test.objects(of: Clerk.self)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            for entry in 0..<5 { try await clerks.get("\(number)").book(number * 10 + entry) }
                        }
                    }
                    try await group.waitForAll()
                }
                return try await test.objects(of: Ledger.self).get("ledger").entries()
            }
        )
    }

    @Test func `the same seed gives the same order of everything`() throws {
        let first = try Self.scenario(seed: 42)
        let second = try Self.scenario(seed: 42)
        #expect(first.result == second.result)
        #expect(first.traceDigest == second.traceDigest)
        #expect(first.steps == second.steps)
    }

    @Test func `other seeds give other orders`() throws {
        let orders = try Set((1...20).map { try Self.scenario(seed: $0).result })
        #expect(orders.count > 15)
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `whatever the order, nothing is lost and each clerk's entries are in sequence`(seed: UInt64) throws {
        let entries = try Self.scenario(seed: seed).result
        #expect(entries.sorted() == (0..<8).flatMap { clerk in (0..<5).map { clerk * 10 + $0 } })
        for clerk in 0..<8 {
            let own = entries.filter { $0 / 10 == clerk }
            #expect(own == own.sorted())
        }
    }

    @Test func `a scenario that waits for what never comes is reported, not waited for`() throws {
        #expect(throws: SeededRun.Failure.deadlock(seed: 3)) {
            _ = try SeededRun(seed: 3).run(register: { _ in }) { _ in
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            }
        }
    }
}

distributed actor Ledger: DurableObject {
    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func add(_ entry: Int) throws {
        let count = try storage.get("count", as: Int.self) ?? 0
        try storage.put("entry \(1_000 + count)", entry)
        try storage.put("count", count + 1)
    }

    distributed func entries() throws -> [Int] {
        try storage.list(ListOptions(prefix: "entry "), as: Int.self).map(\.value)
    }
}

distributed actor Clerk: DurableObject {
    let storage: ObjectStorage
    let ledgers: ObjectNamespace<Ledger>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        ledgers = try context.objects(of: Ledger.self)
    }

    distributed func book(_ entry: Int) async throws {
        try storage.put("last", entry)
        try await ledgers.get("ledger").add(entry)
    }
}
