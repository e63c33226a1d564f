import RoostStorage
import Synchronization
import Testing

/// Order, lanes, groups, limits and closing.
struct CommitQueueTests {
    /// Runs jobs when the test says so.
    private final class ManualScheduler: Sendable {
        private let jobs = Mutex<[@Sendable () -> Void]>([])

        var count: Int { jobs.withLock { $0.count } }

        var options: StoreOptions {
            var options = StoreOptions()
            options.writer = .scheduled { [self] job in jobs.withLock { $0.append(job) } }
            return options
        }

        func runNext() {
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            job?()
        }
    }

    @Test(arguments: Backend.allCases)
    func `batches of one lane commit in order and are numbered by it`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        let outcomes = (0..<500).map { object.enqueue([.put("n", "\($0)")]) }
        var last: UInt64 = 0
        for outcome in outcomes {
            let receipt = try await outcome.value.get()
            #expect(receipt.commit >= last)
            last = receipt.commit
        }
        #expect(try object.value("n") == "499")
        #expect(test.store.statistics.batches == 500)
        #expect(test.store.statistics.queuedBatches == 0)
    }

    @Test(arguments: Backend.allCases)
    func `a batch out of sequence fails its lane and no other`(backend: Backend) async throws {
        let scheduler = ManualScheduler()
        let test = try TestStore(backend, options: scheduler.options)
        let (bad, good) = (test.object(1), test.object(2))
        let first = bad.enqueue([.put("a", "1")])
        bad.sequence += 1
        let gap = bad.enqueue([.put("a", "2")])
        bad.sequence = 1
        let after = bad.enqueue([.put("a", "3")])
        let other = good.enqueue([.put("a", "1")])
        scheduler.runNext()
        #expect(try await first.value.get().object.value == 1)
        #expect(await gap.error?.code == .invalid)
        #expect(await after.error?.code == .laneFailed)
        #expect(try await other.value.get().object.value == 2)
        let late = bad.enqueue([.put("a", "4")])
        #expect(late.current != nil)
        #expect(await late.error?.code == .laneFailed)
        #expect(try bad.value("a") == "1")
        try bad.restart()
        let fresh = bad.enqueue([.put("a", "5")])
        scheduler.runNext()
        #expect(try await fresh.value.get().object.value == 1)
        #expect(try bad.value("a") == "5")
    }

    @Test(arguments: Backend.allCases)
    func `an impossible batch fails alone and its completion comes in order`(backend: Backend) async throws {
        let scheduler = ManualScheduler()
        let test = try TestStore(backend, options: scheduler.options)
        let object = test.object(1)
        let before = object.enqueue([.put("a", "1")])
        let huge = object.enqueue([.put("b", "1"), .put([UInt8](repeating: 0, count: 3_000), [])])
        let reserved = test.object(2).enqueue([
            .put(.metadata, key: Array("sequence".utf8), tag: .bytes, payload: [])
        ])
        let other = test.object(3).enqueue([.put("a", "1")])
        #expect(huge.current == nil)
        scheduler.runNext()
        _ = try await before.value.get()
        #expect(await huge.error?.code == .tooLarge)
        #expect(await reserved.error?.code == .invalid)
        _ = try await other.value.get()
        #expect(try object.value("a") == "1")
        #expect(try object.value("b") == nil)
    }

    @Test(arguments: Backend.allCases)
    func `a batch found bad halfway leaves nothing behind and the others commit`(backend: Backend) async throws {
        let scheduler = ManualScheduler()
        let test = try TestStore(backend, options: scheduler.options)
        let first = test.object(1).enqueue([.put("a", "1")])
        // The name of another id is noticed after the object was given a number.
        let named = test.object(2, name: "taken").enqueue([.put("a", "1")])
        scheduler.runNext()
        _ = try await (first.value.get(), named.value.get())
        let before = test.object(3).enqueue([.put("a", "1")])
        let thief = test.object(1, name: "taken")
        thief.sequence = 1
        let bad = thief.enqueue([.put("a", "stolen")])
        let after = test.object(4).enqueue([.put("a", "1")])
        scheduler.runNext()
        #expect(await bad.error?.code == .invalid)
        #expect(try await before.value.get().object.value == 3)
        #expect(try await after.value.get().object.value == 4)
        #expect(try test.object(1).value("a") == "1")
    }

    @Test func `a scheduled store hands over one job at a time, which commits one group`() async throws {
        let scheduler = ManualScheduler()
        var options = scheduler.options
        options.maxGroupBatches = 2
        let test = try TestStore(.memory, options: options)
        let outcomes = (1...5).map { test.object($0).enqueue([.put("a", "1")]) }
        #expect(scheduler.count == 1)
        scheduler.runNext()
        #expect(outcomes.map { $0.current != nil } == [true, true, false, false, false])
        #expect(scheduler.count == 1)
        scheduler.runNext()
        scheduler.runNext()
        #expect(outcomes.allSatisfy { $0.current != nil })
        #expect(scheduler.count == 0)
        #expect(test.store.statistics.commits == 3)
        #expect(test.store.statistics.largestGroup == 2)
    }

    @Test func `a group ends after its bytes, but takes at least one batch`() async throws {
        let scheduler = ManualScheduler()
        var options = scheduler.options
        options.maxGroupBytes = 1_000
        let test = try TestStore(.memory, options: options)
        let outcomes = (1...3).map { test.object($0).enqueue([.put([1], [UInt8](repeating: 0, count: 2_000))]) }
        scheduler.runNext()
        #expect(outcomes.map { $0.current != nil } == [true, false, false])
    }

    @Test(arguments: Backend.allCases)
    func `too many waiting batches are refused at once, and the lane with them`(backend: Backend) async throws {
        let scheduler = ManualScheduler()
        var options = scheduler.options
        options.maxQueuedBatches = 2
        let test = try TestStore(backend, options: options)
        let object = test.object(1)
        let first = object.enqueue([.put("a", "1")])
        let second = object.enqueue([.put("a", "2")])
        let third = object.enqueue([.put("a", "3")])
        #expect(await third.error?.code == .overloaded)
        scheduler.runNext()
        _ = try await (first.value.get(), second.value.get())
        // There is room again, but the third is missing in this lane.
        #expect(await object.enqueue([.put("a", "4")]).error?.code == .laneFailed)
        #expect(try object.value("a") == "2")
        #expect(test.store.statistics.refusedBatches == 1)
        try object.restart()
        let again = object.enqueue([.put("a", "5")])
        scheduler.runNext()
        _ = try await again.value.get()
    }

    @Test func `too many waiting bytes are refused, but one batch always fits`() async throws {
        let scheduler = ManualScheduler()
        var options = scheduler.options
        options.maxQueuedBytes = 1_000
        let test = try TestStore(.memory, options: options)
        let value = [UInt8](repeating: 0, count: 5_000)
        let first = test.object(1).enqueue([.put([1], value)])
        #expect(first.current == nil)
        #expect(await test.object(2).enqueue([.put([1], [])]).error?.code == .overloaded)
        scheduler.runNext()
        _ = try await first.value.get()
    }

    @Test(arguments: Backend.allCases)
    func `closing commits what is queued and refuses what comes later`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let objects = (1...50).map { test.object($0) }
        let outcomes = objects.map { $0.enqueue([.put("a", "1")]) }
        test.store.close()
        test.store.close()
        for outcome in outcomes {
            _ = try await outcome.value.get()
        }
        #expect(test.store.status == .closed)
        #expect(await test.object(60).enqueue([.put("a", "1")]).error?.code == .closed)
        #expect(throws: StorageError(.closed, "")) { try test.store.number(of: TestStore.reference(1)) }
        #expect(throws: StorageError(.closed, "")) { try test.store.classes() }
        #expect(throws: StorageError(.closed, "")) {
            try test.store.registerClass(ClassKey(script: "", name: "X"), storage: .keyValue, uniqueKey: "")
        }
        try test.reopen()
        #expect(try objects[49].value("a") == "1")
    }

    @Test(arguments: Backend.allCases)
    func `closing a scheduled store commits what its scheduler never ran`(backend: Backend) async throws {
        let scheduler = ManualScheduler()
        let test = try TestStore(backend, options: scheduler.options)
        let outcome = test.object(1).enqueue([.put("a", "1")])
        test.store.close()
        _ = try await outcome.value.get()
        scheduler.runNext()
        #expect(outcome.resolutions == 1)
    }

    @Test(arguments: Backend.allCases)
    func `a store may be closed in a completion and be opened again afterwards`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let store = test.store
        let closed = PendingOutcome()
        let batch = Batch(object: TestStore.reference(1), name: nil, sequence: 1, changes: [.put("a", "1")])
        store.commit(batch, lane: CommitLane()) { result in
            store.close()
            closed.resolve(result)
        }
        _ = try await closed.value.get()
        #expect(store.status == .closed)
    }

    @Test(arguments: Backend.allCases)
    func `many tasks commit at once and every batch is there`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let store = test.store
        let failures = await withTaskGroup(of: Int.self) { group in
            for number: UInt8 in 0..<64 {
                group.addTask {
                    let lane = CommitLane()
                    var failures = 0
                    for sequence: UInt64 in 1...20 {
                        let outcome = PendingOutcome()
                        let batch = Batch(
                            object: TestStore.reference(number),
                            name: nil,
                            sequence: sequence,
                            changes: [.put("s", "\(sequence)")]
                        )
                        store.commit(batch, lane: lane) { outcome.resolve($0) }
                        failures += await outcome.error == nil ? 0 : 1
                    }
                    return failures
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 0)
        for number: UInt8 in 0..<64 {
            #expect(try test.object(number).value("s") == "20")
        }
        #expect(store.statistics.batches == 64 * 20)
    }
}
