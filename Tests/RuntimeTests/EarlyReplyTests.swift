import RoostStorage
import RoostTesting
import Testing

@testable import RoostRuntime

/// Replies that come before they are durable, for callers that wait at the end.
struct EarlyReplyTests {
    private let test: SteppedTest
    private let counters: ObjectNamespace<Counter>

    init() throws {
        test = try SteppedTest {
            try $0.register(Counter.self)
            try $0.register(Relay.self)
        }
        counters = try test.objects(of: Counter.self)
    }

    @Test func `a reply comes at once, and the passage waits for what it depended on`() throws {
        test.disk.holdCommits()
        let reply = test.start { [counters] in
            try await EarlyReplies.collect { try await counters.get("a").increment() }
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

    @Test func `a passage waits for every object that was asked`() throws {
        test.disk.holdCommits()
        let passage = test.start { [counters] in
            let (sum, durability) = try await EarlyReplies.collect {
                try await counters.get("a").increment() + counters.get("b").increment(by: 2)
            }
            try await durability.passage()
            return sum
        }
        test.settle()
        #expect(!passage.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try passage.value() == 3)
    }

    @Test func `a commit that fails is told at the passage`() throws {
        test.disk.holdCommits()
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        let passage = test.start { [counters] in
            let (_, durability) = try await EarlyReplies.collect { try await counters.get("a").increment() }
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
            try await EarlyReplies.collect { try await counters.get("a").writeAndThrow(1) }
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
