import RoostStorage
import RoostTesting
import Synchronization
import Testing

@testable import RoostRuntime

/// Calls with closures: in which order they are let in, and when what they change is sealed.
struct TurnTests {
    private final class Order: Sendable {
        private let numbers = Mutex<(came: [Int], ran: [Int])>(([], []))

        var came: [Int] { numbers.withLock { $0.came } }
        var ran: [Int] { numbers.withLock { $0.ran } }

        func comes(_ number: Int) { numbers.withLock { $0.came.append(number) } }
        func runs(_ number: Int) { numbers.withLock { $0.ran.append(number) } }
    }

    @Test(arguments: 1...32 as ClosedRange<UInt64>)
    func `who waits for an object's start is let in in the order of coming`(seed: UInt64) throws {
        let test = try SteppedTest(seed: seed) { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        let order = Order()
        let calls = (0..<12).map { number in
            test.start {
                order.comes(number)
                if number.isMultiple(of: 2) {
                    try await counters.turn("a") { _ in order.runs(number) }
                } else {
                    try await counters.call("a") { _ in order.runs(number) }
                }
            }
        }
        test.settle()
        #expect(calls.allSatisfy { $0.isDone })
        #expect(order.ran == order.came)
        #expect(order.ran.count == 12)
    }

    @Test func `a turn alone is a batch, and nobody hears of it before that is durable`() throws {
        let test = try SteppedTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        test.disk.holdCommits()
        let call = test.start { try await counters.turn("a") { try $0.setBoth(7) } }
        test.settle()
        #expect(!call.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(call.isDone)
        try test.test.crash()
        let after = try test.objects(of: Counter.self)
        #expect(try test.run { try await after.turn("a") { try $0.both() } } == [7, 7])
    }

    @Test func `what a turn has changed before it throws stays, and its error waits for that`() throws {
        let test = try SteppedTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        test.disk.holdCommits()
        let call = test.start { try await counters.turn("a") { try $0.writeAndThrow(5) } }
        test.settle()
        #expect(!call.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(throws: TestError.refused) { try call.value() }
        #expect(try test.run { try await counters.turn("a") { try $0.value() } } == 5)
    }

    @Test func `a failed commit resets the object and fails the turn`() throws {
        let test = try SteppedTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        #expect(try test.run { try await counters.turn("a") { try $0.increment() } } == 1)
        test.disk.failCommits(1)
        let error = #expect(throws: RoostError.self) {
            try test.run { try await counters.turn("a") { try $0.increment() } }
        }
        #expect(error?.code == .objectReset)
        #expect(error?.remote == true)
        #expect(try test.run { try await counters.turn("a") { try $0.increment() } } == 2)
    }
}
