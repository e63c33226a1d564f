import RoostRuntime
import Testing

@testable import RoostGateway

struct ExchangeQueueStateMachineTests {
    private typealias Machine = ExchangeQueueStateMachine
    private let a = ExchangeQueueStateMachine.Key(tenant: "acme", session: "a")
    private let b = ExchangeQueueStateMachine.Key(tenant: "acme", session: "b")

    @Test func `the first runs, the others wait and run in order of arrival`() {
        var machine = Machine(waitingPerSession: 2, waitingInAll: 10)
        let first = machine.enter(a)
        let second = machine.enter(a)
        let third = machine.enter(a)
        #expect([first.entry, second.entry, third.entry] == [.run, .wait, .wait])
        #expect(machine.leave(a, first.ticket) == second.ticket)
        #expect(machine.leave(a, second.ticket) == third.ticket)
        #expect(machine.leave(a, third.ticket) == nil)
        #expect(machine.isEmpty)
    }

    @Test func `sessions do not wait for each other, nor do tenants`() {
        var machine = Machine(waitingPerSession: 2, waitingInAll: 10)
        #expect(machine.enter(a).entry == .run)
        #expect(machine.enter(b).entry == .run)
        #expect(machine.enter(Machine.Key(tenant: "beta", session: "a")).entry == .run)
    }

    @Test func `past either limit an exchange is refused and leaves no trace`() {
        var machine = Machine(waitingPerSession: 1, waitingInAll: 1)
        let first = machine.enter(a)
        let second = machine.enter(a)
        #expect(machine.enter(a).entry == .refuse)
        let other = machine.enter(b)
        #expect(machine.enter(b).entry == .refuse)
        _ = machine.leave(b, other.ticket)
        #expect(machine.leave(a, first.ticket) == second.ticket)
        _ = machine.leave(a, second.ticket)
        #expect(machine.isEmpty)
    }

    @Test func `a cancelled exchange makes room and is passed over`() {
        var machine = Machine(waitingPerSession: 1, waitingInAll: 1)
        let first = machine.enter(a)
        let second = machine.enter(a)
        let cancelled1 = machine.cancel(a, second.ticket)
        #expect(cancelled1)
        let cancelled2 = machine.cancel(a, second.ticket)
        #expect(!cancelled2)
        let third = machine.enter(a)
        #expect(third.entry == .wait)
        #expect(machine.leave(a, first.ticket) == third.ticket)
        let cancelled3 = machine.cancel(a, third.ticket)
        #expect(!cancelled3)
    }

    @Test func `leaving twice gives the turn away once`() {
        var machine = Machine(waitingPerSession: 2, waitingInAll: 10)
        let first = machine.enter(a)
        let second = machine.enter(a)
        _ = machine.enter(a)
        #expect(machine.leave(a, first.ticket) == second.ticket)
        #expect(machine.leave(a, first.ticket) == nil)
    }

    @Test func `whatever happens, one exchange of a session runs and all run in order`() {
        let random = SeededRandomSource(seed: 3)
        var machine = Machine(waitingPerSession: 5, waitingInAll: 8)
        var running: [Machine.Key: UInt64] = [:]
        var waiting: [Machine.Key: [UInt64]] = [:]
        for _ in 0..<20_000 {
            let key = random.next() % 2 == 0 ? a : b
            switch random.next() % 3 {
            case 0:
                let (ticket, entry) = machine.enter(key)
                switch entry {
                case .run:
                    #expect(running[key] == nil)
                    running[key] = ticket
                case .wait:
                    #expect(running[key] != nil)
                    waiting[key, default: []].append(ticket)
                case .refuse:
                    let all = waiting.values.reduce(0) { $0 + $1.count }
                    #expect(waiting[key, default: []].count == 5 || all == 8)
                }
            case 1:
                guard let ticket = running[key] else { continue }
                running[key] = waiting[key, default: []].isEmpty ? nil : waiting[key, default: []].removeFirst()
                #expect(machine.leave(key, ticket) == running[key])
            default:
                guard let ticket = waiting[key]?.last else { continue }
                waiting[key]?.removeLast()
                let cancelled4 = machine.cancel(key, ticket)
                #expect(cancelled4)
            }
        }
    }
}
