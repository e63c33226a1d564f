import RoostRuntime
import RoostTesting
import Testing

@testable import TicketQueue

/// Time stands still until a test turns it, so half an hour of time-outs takes no time.
struct TicketQueueTests {
    private let test: RoostTest

    init() throws { test = try RoostTest { try $0.register(TicketQueue.self) } }

    private func queue() throws -> TicketQueue { try test.objects(of: TicketQueue.self).get("acme:mail") }

    /// Takes the next ticket, which must be there.
    private func take(for duration: Duration = .seconds(30)) async throws -> Lease {
        let lease = try await queue().take(for: duration)
        return try #require(lease)
    }

    @Test func `tickets are handed out in order, each to one worker, until they are finished`() async throws {
        for body in ["a", "b"] { _ = try await queue().submit(body) }
        let (first, second) = (try await take(), try await take())
        #expect([first.ticket.body, second.ticket.body] == ["a", "b"])
        #expect(try await queue().take() == nil)
        try await queue().finish(first)
        try await queue().finish(second)
        #expect(try await queue().counts() == TicketCounts())
        // Nothing is left to wait for.
        #expect(try test.alarms(of: TicketQueue.self).isEmpty)
    }

    @Test func `a ticket that was not finished in time goes to somebody else`() async throws {
        _ = try await queue().submit("a")
        let slow = try await take(for: .seconds(30))
        await test.advance(by: .seconds(29))
        #expect(try await queue().counts().taken == 1)
        await test.advance(by: .seconds(1))
        #expect(try await queue().counts().waiting == 1)

        await test.advance(by: .seconds(1))
        let other = try await take()
        #expect(other.ticket == Ticket(id: slow.ticket.id, body: "a", attempt: 2))
        // Who was too slow finishes nothing.
        await #expect(throws: TicketError.leaseIsOver) { try await queue().finish(slow) }
        try await queue().finish(other)
        await #expect(throws: TicketError.leaseIsOver) { try await queue().finish(other) }
    }

    @Test func `a lease that ends at this moment is over, also when the alarm has not run`() async throws {
        _ = try await queue().submit("a")
        let lease = try await take(for: .zero)
        await #expect(throws: TicketError.leaseIsOver) { try await queue().finish(lease) }
    }

    @Test func `a ticket that fails comes back later and later, and is then put aside`() async throws {
        let id = try await queue().submit("a")
        for attempt in 1..<TicketQueue.attemptsMax {
            let lease = try await take()
            #expect(lease.ticket.attempt == attempt)
            try await queue().giveBack(lease)
            let pause = Duration.seconds(1 << (attempt - 1))
            await test.advance(by: pause - .milliseconds(1))
            #expect(try await queue().take() == nil)
            await test.advance(by: .milliseconds(1))
        }
        let last = try await take()
        try await queue().giveBack(last)
        await test.advance(by: .seconds(3_600))
        #expect(try await queue().take() == nil)
        #expect(try await queue().failed() == [Ticket(id: id, body: "a", attempt: TicketQueue.attemptsMax)])
    }

    @Test func `after a power failure nothing is lost and nobody waits for ever`() async throws {
        for body in ["a", "b"] { _ = try await queue().submit(body) }
        _ = try await take(for: .seconds(30))
        try test.crash()
        #expect(try await queue().counts() == TicketCounts(waiting: 1, taken: 1))
        await test.advance(by: .seconds(30))
        #expect(try await queue().counts() == TicketCounts(waiting: 2))
    }

    @Test func `it sleeps while it waits, and its alarm wakes it`() async throws {
        _ = try await queue().submit("a")
        _ = try await take(for: .seconds(600))
        await test.advance(by: .seconds(60))
        #expect(test.roost.health.liveInstances == 0)
        await test.advance(by: .seconds(540))
        #expect(try await queue().counts().waiting == 1)
    }

    @Test func `many workers share the tickets, and each ticket is worked on once`() async throws {
        let queue = try queue()
        for number in 1...100 { _ = try await queue.submit("\(number)") }
        let done = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var done: [Int] = []
                    while let lease = try await queue.take() {
                        done.append(lease.ticket.id)
                        try await queue.finish(lease)
                    }
                    return done
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(done.sorted() == Array(1...100))
    }

    @Test func `a ticket and its time-out are one commit, at whichever the machine stops`() throws {
        for commit in 1...6 as ClosedRange<UInt64> {
            let test = try SteppedTest(seed: commit) { try $0.register(TicketQueue.self) }
            test.disk.crash(atCommit: commit, .beforeDurable)
            let queue = try test.objects(of: TicketQueue.self).get("q")
            for body in ["a", "b"] { _ = test.start { _ = try await queue.submit(body) } }
            for _ in 0..<2 { _ = test.start { _ = try await queue.take(for: .seconds(30)) } }
            test.settle()
            try test.test.crash()
            let again = try test.objects(of: TicketQueue.self).get("q")
            let counts = try test.run { try await again.counts() }
            // Whoever has a ticket has an alarm behind him.
            #expect(try test.test.alarms(of: TicketQueue.self).count == (counts.taken > 0 ? 1 : 0))
            test.advance(by: .seconds(60))
            #expect(try test.run { try await again.counts() }.taken == 0)
        }
    }
}
