import RoostStorage
import Testing

@testable import RoostRuntime

/// The agenda by itself, against a plain list of what the store would hold.
struct AlarmAgendaTests {
    private static let classKey = ClassKey(script: "s", name: "C")

    private func alarm(_ number: UInt64, due: Int64) throws -> AlarmAgenda.Alarm {
        let id = try #require(ObjectID(hex: String(repeating: "0", count: 64)))
        return AlarmAgenda.Alarm(
            due: due,
            classNumber: 1,
            number: number,
            object: ObjectReference(classKey: Self.classKey, id: id)
        )
    }

    @Test func `nothing is kept before the list has been read`() throws {
        var agenda = AlarmAgenda(waitingMax: 4, runningMax: 4)
        agenda.changed(try alarm(1, due: 5), .due(5))
        let count = agenda.count
        #expect(count == 0)
        let needsMore = agenda.needsMore
        #expect(needsMore)
    }

    @Test func `it hands out the earliest that is due, once`() throws {
        var agenda = AlarmAgenda(waitingMax: 4, runningMax: 4)
        agenda.loaded([try alarm(1, due: 5), try alarm(2, due: 7)], end: nil, isLast: true)
        agenda.changed(try alarm(3, due: 2), .due(2))
        let first = agenda.next(now: 6)?.number
        let second = agenda.next(now: 6)?.number
        let third = agenda.next(now: 6)?.number
        #expect([first, second, third] == [3, 1, nil])
        let wake = agenda.wake
        #expect(wake == 7)
    }

    @Test func `read again from the beginning, it forgets what waits and keeps what runs`() throws {
        var agenda = AlarmAgenda(waitingMax: 4, runningMax: 4)
        agenda.loaded([try alarm(1, due: 5), try alarm(2, due: 7)], end: nil, isLast: true)
        _ = agenda.next(now: 5)
        let before = agenda.needsMore
        #expect(!before)
        agenda.reload()
        let after = agenda.needsMore
        #expect(after)
        let counts = [agenda.waitingCount, agenda.runningCount]
        #expect(counts == [0, 1])
        // The list has an alarm now that was not known before, and the one that runs.
        agenda.loaded([try alarm(1, due: 5), try alarm(3, due: 6), try alarm(2, due: 7)], end: nil, isLast: true)
        let handedOut = [agenda.next(now: 9)?.number, agenda.next(now: 9)?.number, agenda.next(now: 9)?.number]
        #expect(handedOut == [3, 2, nil])
        agenda.finished(1, due: 11)
        let wake = agenda.wake
        #expect(wake == 11)
    }

    @Test func `it is behind when more is due than may run`() throws {
        var agenda = AlarmAgenda(waitingMax: 4, runningMax: 1)
        agenda.loaded([try alarm(1, due: 5), try alarm(2, due: 5), try alarm(3, due: 9)], end: nil, isLast: true)
        _ = agenda.next(now: 5)
        let behind = agenda.isBehind(now: 5)
        agenda.finished(1, due: nil)
        _ = agenda.next(now: 5)
        let level = agenda.isBehind(now: 5)
        let later = agenda.isBehind(now: 9)
        #expect([behind, level, later] == [true, false, true])
    }

    @Test func `past its limit it drops the last, and reads it again later`() throws {
        var agenda = AlarmAgenda(waitingMax: 2, runningMax: 4)
        agenda.loaded([try alarm(1, due: 5), try alarm(2, due: 7)], end: nil, isLast: true)
        agenda.changed(try alarm(3, due: 2), .due(2))
        let waiting = agenda.waitingCount
        #expect(waiting == 2)
        let reach = agenda.reach
        #expect(reach == .through(AlarmAgenda.Position(due: 5, classNumber: 1, number: 1)))
        agenda.changed(try alarm(4, due: 6), .due(6))
        let stillWaiting = agenda.waitingCount
        #expect(stillWaiting == 2)
        let handedOut = [agenda.next(now: 100)?.number, agenda.next(now: 100)?.number]
        #expect(handedOut == [3, 1])
        let needsMore = agenda.needsMore
        #expect(needsMore)
    }

    @Test func `what is told while it runs decides`() throws {
        var agenda = AlarmAgenda(waitingMax: 4, runningMax: 4)
        agenda.loaded([try alarm(1, due: 5)], end: nil, isLast: true)
        _ = agenda.next(now: 5)
        agenda.changed(try alarm(1, due: 9), .due(9))
        let duringRun = agenda.next(now: 100)?.number
        #expect(duringRun == nil)
        agenda.finished(1, due: 5)
        let wake = agenda.wake
        #expect(wake == 9)
        _ = agenda.next(now: 9)
        agenda.changed(try alarm(1, due: 0), .cleared)
        agenda.finished(1, due: 9)
        let count = agenda.count
        #expect(count == 0)
    }

    @Test func `paused runs count as running, and come again`() throws {
        var agenda = AlarmAgenda(waitingMax: 4, runningMax: 1)
        agenda.loaded([try alarm(1, due: 5), try alarm(2, due: 6)], end: nil, isLast: true)
        _ = agenda.next(now: 10)
        agenda.pause(1, until: 20)
        let blocked = agenda.next(now: 10)?.number
        #expect(blocked == nil)
        let wake = agenda.wake
        #expect(wake == 20)
        let again = agenda.next(now: 20)
        #expect(again?.number == 1)
        #expect(again?.pauses == 1)
        agenda.finished(1, due: nil)
        let next = agenda.next(now: 20)?.number
        #expect(next == 2)
    }

    /// Everything a store can do to it, by chance, with a plain dictionary as the store.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `whatever happens, every alarm is handed out in time and the memory is bounded`(seed: UInt64) throws {
        let random = SeededRandomSource(seed: seed)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        var agenda = AlarmAgenda(waitingMax: 8, runningMax: 3)
        var store: [UInt64: Int64] = [:]
        var running: [UInt64: Int64] = [:]
        var now: Int64 = 0

        func load() throws {
            let rows = store.map { AlarmAgenda.Position(due: $0.value, classNumber: 1, number: $0.key) }.sorted()
                .filter { row in
                    if case .through(let last) = agenda.reach { return row > last }
                    return true
                }
            let page = Array(rows.prefix(5))
            let alarms = try page.map { try alarm($0.number, due: $0.due) }
            agenda.loaded(alarms, end: page.last, isLast: page.count < 5)
        }
        func set(_ number: UInt64, _ due: Int64?) throws {
            store[number] = due
            agenda.changed(try alarm(number, due: due ?? 0), due.map { .due($0) } ?? .cleared)
        }
        for step in 0..<3_000 {
            switch below(10) {
            case 0...3: try set(UInt64(below(60) + 1), now + Int64(below(200)))
            case 4: try set(UInt64(below(60) + 1), nil)
            case 5: now += Int64(below(20))
            case 6, 7:
                guard let number = running.keys.sorted().first else { continue }
                if store[number] == running[number] {
                    if below(4) == 0 {
                        agenda.pause(number, until: now + 5)
                        running[number] = nil
                        continue
                    }
                    try set(number, below(3) == 0 ? now + Int64(below(50)) : nil)
                }
                running[number] = nil
                agenda.finished(number, due: store[number])
            case 8 where step % 50 == 0: agenda.reload()
            default: break
            }
            while agenda.needsMore { try load() }
            while let alarm = agenda.next(now: now) {
                #expect(running[alarm.number] == nil)
                #expect(alarm.due <= now)
                running[alarm.number] = alarm.due
                while agenda.needsMore { try load() }
            }
            let footprint = agenda.footprint
            #expect(footprint <= 2 * (8 + 3) + 2 * 64 + 11)
        }
        // Time goes on until all have run: nothing was forgotten.
        for _ in 0..<2_000 where !store.isEmpty {
            now += 5
            while agenda.needsMore { try load() }
            while let alarm = agenda.next(now: now) { running[alarm.number] = alarm.due }
            for number in running.keys.sorted() {
                try set(number, nil)
                agenda.finished(number, due: nil)
            }
            running = [:]
        }
        #expect(store.isEmpty)
    }
}
