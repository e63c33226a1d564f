import RoostRuntime
import RoostTesting
import Testing

@testable import CounterExample

struct CounterTests {
    private let test: RoostTest

    init() throws { test = try RoostTest { try $0.register(Counter.self) } }

    private func counter(_ name: String = "acme:hits") throws -> Counter {
        try test.objects(of: Counter.self).get(name)
    }

    @Test func `a counter counts, and every name has its own`() async throws {
        #expect(try await counter().value() == 0)
        #expect(try await counter().increment() == 1)
        #expect(try await counter().increment(by: 4) == 5)
        #expect(try await counter("acme:misses").increment() == 1)
    }

    @Test func `what was acknowledged survives a power failure`() async throws {
        for count in 1...3 { #expect(try await counter().increment() == count) }
        try test.crash()
        #expect(try await counter().value() == 3)
    }

    @Test func `a hundred callers at once get a hundred numbers`() async throws {
        let counter = try counter()
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await counter.increment() } }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(numbers == Set(1...100))
    }

    @Test func `a counter that nobody uses sleeps, and goes on where it was`() async throws {
        _ = try await counter().increment(by: 41)
        await test.advance(by: .seconds(30))
        #expect(test.roost.health.liveInstances == 0)
        #expect(try await counter().increment() == 42)
    }

    @Test func `a counter that was reset is as new`() async throws {
        _ = try await counter().increment(by: 9)
        try await counter().reset()
        #expect(try await counter().increment() == 1)
    }

    @Test func `no number leaves before the disk has it`() throws {
        let test = try SteppedTest { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("acme:hits")
        test.disk.holdCommits()
        let answer = test.start { try await counter.increment() }
        test.settle()
        #expect(!answer.isDone)

        test.disk.releaseCommits()
        test.settle()
        #expect(try answer.value() == 1)
    }
}
