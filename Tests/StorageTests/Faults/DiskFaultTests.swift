import Glibc
import Testing

@testable import RoostStorage

/// A disk that is full, broken or slow, under real files of LMDB.
///
/// Writing is made to fail by putting another file in the place of the data file's descriptor: the one that is always
/// full, the one that swallows everything and cannot be synced, or one that may not be written.
struct DiskFaultTests {
    private func engine(_ test: TestStore) throws -> LMDBEngine {
        guard case .lmdb(let engine) = test.store.engine else { throw StorageError(.invalid, "not on disk") }
        return engine
    }

    /// Runs `body` while the store writes to another file.
    private func withData(_ test: TestStore, goingTo path: String, _ body: () async throws -> Void) async throws {
        let data = try engine(test).environment.dataFile
        let kept = dup(data)
        let other = open(path, O_RDWR)
        #expect(dup2(other, data) == data)
        close(other)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        #expect(dup2(kept, data) == data)
        close(kept)
        try result.get()
    }

    @Test func `a full disk fails that group alone; reading goes on, and so does writing once there is room`()
        async throws
    {
        let test = try TestStore(.lmdb)
        let object = test.object(1)
        try await object.put("kept", "1")
        try await withData(test, goingTo: "/dev/full") {
            let first = object.enqueue([.put("lost", "1")])
            let other = test.object(2).enqueue([.put("lost", "1")])
            let firstCode = await first.error?.code
            #expect(firstCode == .diskFull)
            let otherCode = await other.error?.code
            #expect(otherCode == .diskFull)
            let message1 = await first.error?.message ?? ""
            #expect(message1.contains("free some space"))
            #expect(test.store.status == .ok)
            let kept = try object.value("kept")
            #expect(kept == "1")
        }
        try object.restart()
        try await object.put("next", "2")
        try test.reopen()
        #expect(try test.entries(object.reference).map(\.key) == [Array("kept".utf8), Array("next".utf8)])
        #expect(try test.store.number(of: TestStore.reference(2)) == nil)
    }

    @Test func `a file that may not grow is a full disk as well, and the process goes on`() async throws {
        let directory = TemporaryDirectory()
        await #expect(processExitsWith: .success) { [path = directory.path as String] in
            let store = try Store.open(directory: path)
            let key = ClassKey(script: "", name: "C")
            _ = try store.registerClass(key, storage: .keyValue, uniqueKey: "")
            func commit(_ sequence: UInt64, _ lane: CommitLane, _ count: Int) async -> StorageError? {
                let outcome = PendingOutcome()
                let change = Change.put([UInt8(sequence)], [UInt8](repeating: 1, count: count))
                let object = ObjectReference(classKey: key, id: CareFixture.id(1))
                let batch = Batch(object: object, name: nil, sequence: sequence, changes: [change])
                store.commit(batch, lane: lane) { outcome.resolve($0) }
                return await outcome.error
            }
            guard await commit(1, CommitLane(), 10) == nil else { _exit(2) }
            FileLimit.set(bytes: 256 << 10)
            guard await commit(2, CommitLane(), 500_000)?.code == .diskFull else { _exit(3) }
            guard store.status == .ok else { _exit(4) }
            FileLimit.set(bytes: 16 << 20)
            guard await commit(2, CommitLane(), 500_000) == nil else { _exit(5) }
            store.close()
        }
        #expect(try StoreCare.verify(directory: directory.path, limit: 5).isSound)
    }

    @Test func `a sync that fails is final: no more writes, reading goes on, and a restart has what was acknowledged`()
        async throws
    {
        let test = try TestStore(.lmdb)
        let object = test.object(1)
        try await object.put("kept", "1")
        // What is written there is gone, and syncing it is an error.
        try await withData(test, goingTo: "/dev/null") {
            let failed = await object.enqueue([.put("doubtful", "1")]).error
            #expect(failed?.code == .halted)
            #expect(failed?.message.contains("restart") == true)
        }
        guard case .halted(let reason) = test.store.status else {
            Issue.record("The store goes on after a failed sync.")
            return
        }
        #expect(reason.contains("committing"))
        // The disk is whole again, and the store does not try.
        #expect(await test.object(2).enqueue([.put("a", "1")]).error?.code == .halted)
        #expect(throws: StorageError(.halted, "")) {
            try test.store.registerClass(ClassKey(script: "", name: "New"), storage: .sql, uniqueKey: "")
        }
        #expect(try object.value("kept") == "1")
        #expect(try object.value("doubtful") == nil)
        try test.reopen()
        #expect(try object.value("kept") == "1")
        #expect(try object.value("doubtful") == nil)
        try object.restart()
        try await object.put("next", "2")
    }

    @Test func `a write that fails for another reason than room halts the store too`() async throws {
        let test = try TestStore(.lmdb)
        let object = test.object(1)
        try await object.put("kept", "1")
        // A directory can be opened for reading only, and not be written.
        let path = test.directory.path
        let data = try engine(test).environment.dataFile
        let kept = dup(data)
        let other = open(path, O_RDONLY)
        #expect(dup2(other, data) == data)
        #expect(await object.enqueue([.put("lost", "1")]).error?.code == .halted)
        #expect(try object.value("kept") == "1")
        #expect(dup2(kept, data) == data)
        close(kept)
        close(other)
        try test.reopen()
        #expect(try object.value("kept") == "1")
    }

    @Test func `while the disk is slow others wait, too many are refused at once, and reading goes on`() async throws {
        var options = StoreOptions()
        options.maxQueuedBatches = 4
        let test = try TestStore(.lmdb, options: options)
        try await test.object(0).put("kept", "1")
        let engine = try engine(test)
        let isBusy = PendingOutcome()
        let mayEnd = BlockingFlag()
        // Somebody else's commit takes its time; LMDB lets one write after the other.
        let slow = try WriterThread {
            _ = engine.write { _ throws(StorageError) in
                isBusy.resolve(.failure(.isClosed))
                mayEnd.wait()
                return .abort
            }
        }
        _ = await isBusy.value
        let outcomes = (1...20).map { test.object($0).enqueue([.put("a", "\($0)")]) }
        let refused = outcomes.filter { outcome in
            if case .failure(let error)? = outcome.current { error.code == .overloaded } else { false }
        }
        // One group is under way, and one is waiting.
        #expect((12...16).contains(refused.count))
        #expect(outcomes.filter { $0.current == nil }.count == 20 - refused.count)
        #expect(test.store.statistics.refusedBatches == UInt64(refused.count))
        #expect(try test.object(0).value("kept") == "1")
        mayEnd.set()
        slow.finish()
        for outcome in outcomes where !refused.contains(where: { $0 === outcome }) {
            _ = try await outcome.value.get()
        }
        #expect(outcomes.allSatisfy { $0.resolutions == 1 })
    }

    @Test func `a read that fails is an error of that read`() async throws {
        let test = try TestStore(.memory)
        let object = test.object(1)
        try await object.put("a", "1")
        test.disk.failReads(2)
        for _ in 0..<2 {
            #expect(throws: StorageError(.io, "")) { try test.store.number(of: object.reference) }
        }
        #expect(try object.value("a") == "1")
        try await object.put("b", "2")
    }
}
