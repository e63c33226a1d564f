import RoostStorage
import RoostTesting
import Testing

@testable import RoostRuntime

/// Replies that come before they are durable, for callers that wait at the end.
struct EarlyReplyTests {
    private let test: SteppedTest
    private let counters: ObjectNamespace<Counter>
    private let askers: ObjectNamespace<Asker>

    init() throws {
        test = try SteppedTest {
            try $0.register(Counter.self)
            try $0.register(Asker.self)
        }
        counters = try test.objects(of: Counter.self)
        askers = try test.objects(of: Asker.self)
    }

    @Test func `a reply comes at once, and the passage waits for what it depended on`() throws {
        test.disk.holdCommits()
        let reply = test.start { [counters] in
            try await counters.earlyTurn("a") { try $0.increment() }
        }
        test.settle()
        #expect(reply.isDone)
        let (value, durability) = try reply.value()
        #expect(value == 1)
        let passage = test.start { try await durability.passage() }
        test.settle()
        #expect(!passage.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(passage.isDone)
    }

    @Test func `of what was durable before, there is nothing to wait for`() throws {
        let before = test.start { [counters] in try await counters.get("a").increment() }
        test.settle()
        #expect(try before.value() == 1)
        test.disk.holdCommits()
        let passage = test.start { [counters] in
            let (value, durability) = try await counters.earlyTurn("a") { try $0.value() }
            try await durability.passage()
            return value
        }
        test.settle()
        #expect(try passage.value() == 1)
        test.disk.releaseCommits()
    }

    @Test func `a reply that depends on what another event has changed waits for that`() throws {
        test.disk.holdCommits()
        let other = test.start { [counters] in try await counters.get("a").increment() }
        test.settle()
        let passage = test.start { [counters] in
            let (value, durability) = try await counters.earlyTurn("a") { try $0.value() }
            try await durability.passage()
            return value
        }
        test.settle()
        #expect(!passage.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try passage.value() == 1)
        #expect(try other.value() == 1)
    }

    @Test func `what one object tells another always waits`() throws {
        test.disk.holdCommits()
        let call = test.start { [askers] in try await askers.get("asker").ask("a") }
        test.settle()
        #expect(!call.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try call.value() == 1)
    }

    @Test func `a commit that fails is told at the passage`() throws {
        test.disk.holdCommits()
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        let passage = test.start { [counters] in
            let (_, durability) = try await counters.earlyTurn("a") { try $0.increment() }
            try await durability.passage()
        }
        test.settle()
        #expect(!passage.isDone)
        test.disk.releaseCommits()
        test.settle()
        let error = #expect(throws: RoostError.self) { try passage.value() }
        #expect(error?.code == .objectReset)
    }

    @Test func `an error comes only when what it depended on is durable`() throws {
        test.disk.holdCommits()
        let call = test.start { [counters] in
            try await counters.earlyTurn("a") { try $0.writeAndThrow(1) }
        }
        test.settle()
        #expect(!call.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(throws: TestError.refused) { try call.value() }
    }

    @Test func `a call with a closure passes the same gate as a call through a stub`() throws {
        test.disk.holdCommits()
        let call = test.start { [counters] in try await counters.call("a") { try $0.increment() } }
        let failure = test.start { [counters] in try await counters.call("b") { try $0.writeAndThrow(1) } }
        test.settle()
        #expect(!call.isDone)
        #expect(!failure.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try call.value() == 1)
        #expect(throws: TestError.refused) { try failure.value() }
    }
}

/// Asks early, and has nothing of its own that its answer would have to wait for.
private distributed actor Asker: DurableObject {
    private let counters: ObjectNamespace<Counter>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        counters = try context.objects(of: Counter.self)
    }

    distributed func ask(_ name: String) async throws -> Int {
        try await counters.earlyTurn(name) { try $0.increment() }.0
    }
}
