import RoostStorage
import Synchronization
import Testing

/// Crashes and faults of the simulated disk.
struct MemoryDiskTests {
    @Test func `a crash forgets exactly what was not acknowledged`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "durable")
        test.disk.holdCommits()
        let lost = object.enqueue([.put("a", "lost")])
        #expect(try object.value("a") == "durable")
        test.disk.crash()
        #expect(await lost.error?.code == .closed)
        #expect(test.store.status == .closed)
        #expect(await object.enqueue([.put("a", "no")]).error?.code == .closed)
        #expect(throws: StorageError(.closed, "")) { try object.value("a") }
        try test.reopen()
        try object.restart()
        #expect(try object.value("a") == "durable")
        try await object.put("a", "again")
        #expect(lost.resolutions == 1)
    }

    @Test(arguments: [CrashMoment.beforeDurable, .afterDurable])
    func `a crash at a numbered commit keeps all of it or nothing`(moment: CrashMoment) async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        let receipt = try await object.put("a", "1")
        test.disk.crash(atCommit: receipt.commit + 2, moment)
        try await object.put("a", "2")
        let crashed = object.enqueue([.put("a", "3"), .put("b", "3")])
        #expect(await crashed.error?.code == .closed)
        #expect(test.store.status == .closed)
        try test.reopen()
        switch moment {
        case .beforeDurable:
            #expect(try object.value("a") == "2")
            #expect(try object.value("b") == nil)
        case .afterDurable:
            #expect(try object.value("a") == "3")
            #expect(try object.value("b") == "3")
        }
    }

    @Test func `a failed commit is not applied, fails its lanes, and the store goes on`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "1")
        test.disk.failCommits(1)
        #expect(await object.enqueue([.put("a", "2")]).error?.code == .diskFull)
        #expect(await object.enqueue([.put("a", "3")]).error?.code == .laneFailed)
        #expect(object.lane.failure?.code == .diskFull)
        #expect(try object.value("a") == "1")
        #expect(test.store.status == .ok)
        try object.restart()
        try await object.put("a", "4")
        #expect(try object.value("a") == "4")
    }

    @Test func `the number of an object whose first commit failed is given again`() async throws {
        let test = try TestStore(.memory)
        test.disk.failCommits(1, with: StorageError(.mapFull, "full"))
        #expect(await test.object(1).enqueue([.put("a", "1")]).error?.code == .mapFull)
        #expect(try await test.object(2).put("a", "1").object.value == 1)
        #expect(try await test.object(1).put("a", "1").object.value == 2)
    }

    @Test func `a failed sync halts the store for good, and reading goes on`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "1")
        test.disk.failSync()
        #expect(await object.enqueue([.put("a", "2")]).error?.code == .halted)
        guard case .halted = test.store.status else {
            Issue.record("The store has not halted.")
            return
        }
        #expect(await test.object(2).enqueue([.put("a", "2")]).error?.code == .halted)
        #expect(throws: StorageError(.halted, "")) {
            try test.store.registerClass(ClassKey(script: "", name: "X"), storage: .keyValue, uniqueKey: "")
        }
        #expect(try object.value("a") == "1")
        try test.reopen()
        try object.restart()
        try await object.put("a", "3")
    }

    @Test func `a class registration whose sync fails halts the store as well`() async throws {
        let test = try TestStore(.memory)
        test.disk.failSync()
        #expect(throws: StorageError(.halted, "")) {
            try test.store.registerClass(ClassKey(script: "", name: "X"), storage: .keyValue, uniqueKey: "")
        }
        #expect(await test.object(2).enqueue([.put("a", "2")]).error?.code == .halted)
        #expect(try test.store.classes() == [test.record])
    }

    @Test func `a held disk commits nothing until it is released`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "1")
        test.disk.holdCommits()
        let before = test.disk.lastCommit
        let outcomes = (0..<10).map { object.enqueue([.put("a", "held \($0)")]) }
        #expect(test.disk.lastCommit == before)
        #expect(try object.value("a") == "1")
        #expect(outcomes.allSatisfy { $0.current == nil })
        test.disk.releaseCommits()
        for outcome in outcomes {
            _ = try await outcome.value.get()
        }
        #expect(try object.value("a") == "held 9")
    }

    @Test func `closing a store on a held disk fails what waits`() async throws {
        let test = try TestStore(.memory)
        test.disk.holdCommits()
        let outcome = test.object(1).enqueue([.put("a", "1")])
        test.store.close()
        #expect(await outcome.error?.code == .closed)
    }

    @Test func `a disk that was held before the store opened holds it`() async throws {
        let test = try TestStore(.memory)
        test.store.close()
        test.disk.holdCommits()
        let store = try Store.inMemory(on: test.disk)
        let outcome = PendingOutcome()
        let batch = Batch(object: TestStore.reference(1), name: nil, sequence: 1, changes: [])
        let before = test.disk.lastCommit
        store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
        #expect(test.disk.lastCommit == before)
        test.disk.releaseCommits()
        _ = try await outcome.value.get()
        store.close()
    }

    @Test func `reads fail as often as asked for`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "1")
        test.disk.failReads(1)
        #expect(throws: StorageError(.io, "")) { try object.value("a") }
        #expect(try object.value("a") == "1")
    }

    @Test func `a snapshot is a disk of its own`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "1")
        let copy = test.disk.snapshot()
        try await object.put("a", "2")
        let store = try Store.inMemory(on: copy)
        #expect(try store.info(of: object.reference)?.lastSequence == 1)
        #expect(copy.lastCommit + 1 == test.disk.lastCommit)
        store.close()
    }

    @Test func `a disk serves one store at a time`() throws {
        let test = try TestStore(.memory)
        #expect(throws: StorageError(.inUse, "")) { _ = try Store.inMemory(on: test.disk) }
        test.store.close()
        try Store.inMemory(on: test.disk).close()
    }

    @Test func `an observer sees each commit with its batches before anyone is told`() async throws {
        let test = try TestStore(.memory)
        let seen = Mutex<[String]>([])
        test.disk.observeCommits { commit, batches in
            seen.withLock { $0.append("\(commit): \(batches.map(\.sequence))") }
        }
        let receipt = try await test.object(1).put("a", "1")
        #expect(seen.withLock { $0 } == ["\(receipt.commit): [1]"])
        test.disk.observeCommits(nil)
        try await test.object(2).put("a", "1")
        #expect(seen.withLock { $0.count } == 1)
    }

    @Test func `a crash in the observer comes after durability and before the reply`() async throws {
        let test = try TestStore(.memory)
        let disk = test.disk
        disk.observeCommits { _, _ in disk.crash() }
        #expect(await test.object(1).enqueue([.put("a", "1")]).error?.code == .closed)
        disk.observeCommits(nil)
        try test.reopen()
        #expect(try test.object(1).value("a") == "1")
    }

    @Test func `opening an existing disk is no commit`() async throws {
        let test = try TestStore(.memory)
        let before = test.disk.lastCommit
        try test.reopen()
        #expect(test.disk.lastCommit == before)
    }
}
