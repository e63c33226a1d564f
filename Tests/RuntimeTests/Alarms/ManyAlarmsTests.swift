import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

@testable import RoostRuntime

/// More alarms than may be in memory.
@Suite(.serialized)
struct ManyAlarmsTests {
    private static let count = 10_000

    /// A disk on which so many objects have an alarm, over some seconds, many at the same moment.
    private func disk(_ random: SeededRandomSource, over seconds: UInt64 = 100) async throws -> MemoryDisk {
        let disk = MemoryDisk()
        let store = try Store.inMemory(on: disk)
        let key = ClassKey(script: "roost", name: "Chime")
        _ = try store.registerClass(key, storage: .keyValue, uniqueKey: "roost-Chime")
        let ids = NamespaceKey(uniqueKey: "roost-Chime")
        for _ in 0..<Self.count / 1_000 {
            await withCheckedContinuation { continuation in
                let left = Countdown(1_000) { continuation.resume() }
                for _ in 0..<1_000 {
                    let due = VirtualClock.start.milliseconds + Int64(random.next() % seconds) * 1_000
                    let record = AlarmRecord(due: due, batch: 1).value
                    let change = Change.put(.alarm, key: [], tag: record.tag, payload: record.payload)
                    let object = ObjectReference(classKey: key, id: ids.uniqueID(random: random).raw)
                    let batch = Batch(object: object, name: nil, sequence: 1, changes: [change])
                    store.commit(batch, lane: CommitLane()) { _ in left.down() }
                }
            }
        }
        store.close()
        return disk
    }

    @Test func `each of very many alarms fires once, none early, and memory stays bounded`() async throws {
        let disk = try await disk(SeededRandomSource(seed: 7))
        Chime.tally.withLock { $0 = Chime.Tally() }
        var configuration = RoostConfiguration()
        configuration.alarmsWaitingMax = 100
        configuration.alarmsRunningMax = 64
        configuration.liveInstancesMax = 1_000
        let test = try RoostTest(disk: disk, configuration: configuration) { try $0.register(Chime.self) }
        var footprint = 0
        for second in 0..<101 {
            if second > 0 { await test.advance(by: .seconds(1)) } else { await test.advance(by: .zero) }
            footprint = max(footprint, test.roost.alarms.state.withLock { $0.agenda.footprint })
        }
        let tally = Chime.tally.withLock { $0 }
        #expect(tally.rings == Self.count)
        #expect(tally.objects.count == Self.count)
        #expect(tally.early == 0)
        #expect(tally.late == .zero)
        #expect(footprint <= 2 * (100 + 64) + 2 * 64 + 164)
        #expect(try test.store.alarms(through: .max, limit: 1).isEmpty)
    }

    @Test func `alarms that are all due at once wake no more objects than may run`() async throws {
        let disk = try await disk(SeededRandomSource(seed: 8), over: 1)
        let awake = AwakeCount()
        var configuration = RoostConfiguration()
        configuration.alarmsWaitingMax = 100
        configuration.alarmsRunningMax = 64
        configuration.observer = awake
        let test = try RoostTest(disk: disk, configuration: configuration) { try $0.register(Chime.self) }
        await test.advance(by: .zero)
        #expect(try test.store.alarms(through: .max, limit: 1).isEmpty)
        // Some that have just run may not have been put back yet, and the last ones are not put back at all.
        #expect(awake.most <= 4 * 64)
    }
}

/// Counts how many objects are awake.
private final class AwakeCount: RuntimeObserver {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func instanceStarted(_ object: ObjectAddress) {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    func instanceStopped(_ object: ObjectAddress) { counts.withLock { $0.now -= 1 } }
}

/// Counts its alarms.
distributed actor Chime: DurableObject {
    struct Tally {
        var rings = 0
        var objects: Set<DurableObjectID> = []
        var early = 0
        var late = Duration.zero
    }

    static let tally = Mutex(Tally())
    let context: ObjectContext

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
    }

    func alarm(_ invocation: AlarmInvocation) {
        let late = context.clock.now - invocation.scheduledTime
        let id = context.id
        Self.tally.withLock { tally in
            tally.rings += 1
            tally.objects.insert(id)
            if late < .zero { tally.early += 1 }
            tally.late = max(tally.late, late)
        }
    }
}

/// Calls somebody when it has been counted down.
private final class Countdown: Sendable {
    private let left: Mutex<Int>
    private let done: @Sendable () -> Void

    init(_ count: Int, done: @escaping @Sendable () -> Void) {
        left = Mutex(count)
        self.done = done
    }

    func down() {
        let isDone = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isDone { done() }
    }
}
