import Synchronization
import Testing

@testable import RoostGateway

struct FrameRelayStateMachineTests {
    private typealias Machine = FrameRelayStateMachine<Int>

    private func item(_ event: FrameRelayEvent<Int>?) -> Int? { if case .item(let item) = event { item } else { nil } }
    private func isEnd(_ event: FrameRelayEvent<Int>?) -> Bool { if case .end = event { true } else { false } }
    private func isBeat(_ event: FrameRelayEvent<Int>?) -> Bool { if case .heartbeat = event { true } else { false } }

    @Test func `an item counts as written when the next is asked for`() {
        var machine = Machine()
        guard case .keep = machine.offer(1) else {
            Issue.record("Nobody was there to take it.")
            return
        }
        let first = machine.next()
        #expect(item(first.event) == 1)
        #expect(!first.written)
        let second = machine.next()
        #expect(second.event == nil)
        #expect(second.written)
    }

    @Test func `a waiting consumer gets the item at once`() {
        var machine = Machine()
        #expect(machine.next().event == nil)
        guard case .deliver(1) = machine.offer(1) else {
            Issue.record("The consumer waited.")
            return
        }
        #expect(machine.next().written)
    }

    @Test func `the item that is there when the producer finishes is still delivered`() {
        var machine = Machine()
        _ = machine.offer(1)
        let wakes = machine.finish()
        #expect(!wakes)
        let event1 = machine.next().event
        #expect(item(event1) == 1)
        let end = machine.next()
        #expect(isEnd(end.event))
        #expect(end.written)
    }

    @Test func `closing fails the producer and ends the consumer`() {
        var machine = Machine()
        _ = machine.offer(1)
        let wakes1 = machine.close()
        #expect(wakes1 == (consumer: false, producer: true))
        let event2 = machine.next().event
        #expect(isEnd(event2))
        guard case .refuse = machine.offer(2) else {
            Issue.record("A closed relay took an item.")
            return
        }
        let wakes2 = machine.close()
        #expect(wakes2 == (consumer: false, producer: false))
    }

    @Test func `closing wakes a waiting consumer`() {
        var machine = Machine()
        _ = machine.next()
        let wakes3 = machine.close()
        #expect(wakes3 == (consumer: true, producer: false))
    }

    @Test func `a heartbeat goes to a waiting consumer, and is kept for one that is busy`() {
        var machine = Machine()
        _ = machine.next()
        let beat1 = machine.beat()
        #expect(beat1)
        _ = machine.next()
        _ = machine.offer(1)
        let beat2 = machine.beat()
        #expect(!beat2)
        let event3 = machine.next().event
        #expect(isBeat(event3))
    }

    @Test func `an item makes a heartbeat unnecessary`() {
        var machine = Machine()
        _ = machine.offer(1)
        let beat3 = machine.beat()
        #expect(!beat3)
        _ = machine.next()
        #expect(machine.next().event == nil)
    }
}

struct FrameRelayTests {
    @Test func `items arrive in order, and each waits for the one before`() async throws {
        let relay = FrameRelay<Int>()
        let sent = SharedCount()
        let received = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1...200 {
                    try await relay.send(number)
                    sent.set(number)
                }
                relay.finish()
            }
            var received: [Int] = []
            while case .item(let number) = await relay.next() {
                #expect(sent.value < number)
                received.append(number)
            }
            try await group.waitForAll()
            return received
        }
        #expect(received == Array(1...200))
        #expect(!relay.isClosed)
    }

    @Test func `a producer whose reader leaves is stopped`() async throws {
        let relay = FrameRelay<Int>()
        let producer = Task { try await relay.send(1) }
        _ = await relay.next()
        relay.close()
        await #expect(throws: CancellationError.self) { try await producer.value }
        await #expect(throws: CancellationError.self) { try await relay.send(2) }
    }

    @Test func `a producer that is cancelled ends the consumer`() async throws {
        let relay = FrameRelay<Int>()
        let producer = Task { try await relay.send(1) }
        producer.cancel()
        _ = await producer.result
        guard case .end = await relay.next() else {
            Issue.record("The relay is still open.")
            return
        }
    }

    @Test func `a consumer that is cancelled stops the producer`() async throws {
        let relay = FrameRelay<Int>()
        let consumer = Task { _ = await relay.next() }
        consumer.cancel()
        await consumer.value
        await #expect(throws: CancellationError.self) { try await relay.send(1) }
    }
}
