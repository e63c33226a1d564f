import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Objects that wait for each other: found, named, and ended.
struct DeadlockTests {
    private let test: SteppedTest
    private let latch = "deadlock \(UInt64.random(in: 0 ... .max))"

    init() throws {
        test = try SteppedTest {
            try $0.register(Philosopher.self)
            try $0.register(Newborn.self)
            try $0.register(Parent.self)
        }
    }

    private func philosopher(_ name: String) throws -> Philosopher {
        try test.objects(of: Philosopher.self).get(name)
    }

    /// Each takes its own fork, and when all have, each asks for its neighbour's.
    private func dine(_ names: [String]) throws -> [Pending<Void>] {
        let calls = try names.enumerated().map { index, name in
            let philosopher = try philosopher(name)
            let neighbour = names[(index + 1) % names.count]
            return test.start { try await philosopher.eat(with: neighbour, when: latch) }
        }
        test.settle()
        Latches.shared.open(latch)
        test.settle()
        return calls
    }

    @Test(arguments: [["plato", "kant"], ["plato", "kant", "hume", "mill"]])
    func `sections of objects that wait for each other are told so, by name`(names: [String]) throws {
        let calls = try dine(names)
        test.advance(by: .milliseconds(29_900))
        #expect(calls.allSatisfy { !$0.isDone })
        test.advance(by: .seconds(40))
        #expect(calls.allSatisfy { $0.isDone })
        let errors = calls.compactMap { call -> RoostError? in
            do { try call.value() } catch { return error as? RoostError }
            return nil
        }
        let deadlock = try #require(errors.first { $0.code == .deadlock })
        #expect(deadlock.reset)
        #expect(deadlock.message.hasPrefix("A critical section within this Durable Object awaited a Promise"))
        for name in names { #expect(deadlock.message.contains("Philosopher \(name)")) }
        // Everybody can be called again.
        for name in names { #expect(try test.run { try await philosopher(name).fork() } == 1) }
    }

    @Test func `a section that only takes long is not called a deadlock`() throws {
        let plato = try philosopher("plato")
        let slow = test.start { try await plato.eat(with: "plato", when: latch) }
        test.settle()
        let waiting = test.start { try await plato.fork() }
        test.advance(by: .seconds(31))
        for error in [slow.error, waiting.error] {
            #expect(error?.code == .objectReset)
            #expect(error?.message.hasPrefix("A call to blockConcurrencyWhile()") == true)
        }
        Latches.shared.open(latch)
        test.settle()
    }

    @Test func `an initializer that calls its own object through another is told that it is a deadlock`() throws {
        let parent = try test.objects(of: Parent.self).get("loop")
        let call = test.start { try await parent.nothing() }
        test.advance(by: .seconds(31))
        #expect(call.error?.code == .deadlock)
    }
}

extension Pending {
    fileprivate var error: RoostError? {
        do { _ = try value() } catch { return error as? RoostError }
        return nil
    }
}

/// Thinks, and needs two forks.
distributed actor Philosopher: DurableObject {
    private let context: ObjectContext

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
    }

    distributed func fork() -> Int { 1 }

    distributed func eat(with neighbour: String, when latch: String) async throws {
        let neighbour = try context.objects(of: Philosopher.self).get(neighbour)
        try await context.blockConcurrencyWhile {
            await Latches.shared.wait(latch)
            _ = try await neighbour.fork()
        }
    }
}

/// Its initializer asks another object, which asks back.
distributed actor Parent: DurableObject {
    private let context: ObjectContext

    init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        self.context = context
        guard context.id.name == "loop" else { return }
        try await context.objects(of: Parent.self).get("helper").callBack("loop")
    }

    distributed func nothing() {}

    distributed func callBack(_ name: String) async throws {
        try await context.objects(of: Parent.self).get(name).nothing()
    }
}
