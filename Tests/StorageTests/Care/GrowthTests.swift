import Glibc
import Testing

@testable import RoostStorage

/// The map grows while the store is used, and the file does not grow for what is only overwritten.
struct GrowthTests {
    @Test func `a tiny map grows under many writers and readers`() async throws {
        var options = StoreOptions()
        options.mapSizeBytes = 1 << 20
        let test = try TestStore(.lmdb, options: options)
        try await test.object(0).put("first", "1")
        let store = test.store
        let value = [UInt8](repeating: 5, count: 60_000)
        let objects = (1...8).map { test.object(UInt8($0)) }
        let isOver = Monitor(false)
        let failures = Monitor(0)
        // Threads of their own: those of tasks are as many as there are processors.
        let readers = try (0..<2).map { _ in
            try WriterThread {
                while !isOver.withLock({ $0 }) {
                    if (try? store.number(of: TestStore.reference(0))) == nil { failures.withLock { $0 += 1 } }
                }
            }
        }
        for round: UInt8 in 0..<40 {
            let outcomes = objects.map { $0.enqueue([.put([round], value)]) }
            for outcome in outcomes { _ = try await outcome.value.get() }
        }
        isOver.withLock { $0 = true }
        for reader in readers { reader.finish() }
        #expect(failures.withLock { $0 } == 0)
        for object in objects { #expect(try test.entries(object.reference).count == 40) }
        #expect(test.store.status == .ok)
        test.store.close()
        let report = try StoreCare.verify(directory: test.directory.path, limit: 10)
        #expect(report.damages == [])
        #expect(try StoreCare.survey(directory: test.directory.path).mapBytes >= 19 << 20)
    }

    @Test func `at its largest the map is full: an error of that group, and reading and deleting go on`() async throws {
        var options = StoreOptions()
        options.mapSizeBytes = 1 << 20
        options.largestMapSizeBytes = 4 << 20
        let test = try TestStore(.lmdb, options: options)
        let object = test.object(1)
        let value = [UInt8](repeating: 5, count: 100_000)
        var stored: [UInt8] = []
        var full: StorageError?
        for number: UInt8 in 0..<100 where full == nil {
            full = await object.enqueue([.put([number], value)]).error
            if full == nil { stored.append(number) }
        }
        #expect(full?.code == .mapFull)
        #expect(full?.message.contains("largestMapSizeBytes") == true)
        #expect(stored.count > 20)
        #expect(test.store.status == .ok)
        #expect(try test.entries(object.reference).map(\.key) == stored.map { [$0] })
        try object.restart()
        try await object.commit(stored.prefix(10).map { .delete(.entries, key: [$0]) })
        // Pages are free for others once nobody can see the transaction before any more.
        try await object.put("after", "1")
        for number: UInt8 in 200..<205 { try await object.commit([.put([number], value)]) }
        #expect(try test.entries(object.reference).count == stored.count - 10 + 6)
    }

    @Test func `a store that grows far beyond its map while it is looked at can still be copied`() async throws {
        let fixture = try await CareFixture()
        let observer = try LMDBObserver(directory: fixture.path)
        await #expect(processExitsWith: .exitCode(3)) { [path = fixture.path as String] in
            let engine = try LMDBEngine(directory: path, options: StoreOptions())
            let value = [UInt8](repeating: 5, count: 1 << 20)
            let outcome = engine.write { tables throws(StorageError) in
                try tables.createTable(.data(1))
                for number: UInt8 in 0..<72 { try tables.put(.data(1), [255, number], value) }
                return .commit
            }
            guard case .committed = outcome else { _exit(4) }
            _exit(3)
        }
        let place = TemporaryDirectory()
        let copy = open("\(place.path)/roost.mdb", O_RDWR | O_CREAT, 0o600)
        defer { close(copy) }
        try observer.copy(to: copy)
        #expect(try DataFile(directory: place.path).byteCount() > 72 << 20)
    }

    private func fileBytes(_ test: TestStore) -> Int {
        var information = stat()
        stat("\(test.directory.path)/roost.mdb", &information)
        return Int(information.st_size)
    }

    private func overwrite(_ object: TestObject, rounds: Int, seed: Int) async throws {
        for round in 0..<rounds {
            let changes = (0..<40).map { number in
                Change.put([UInt8(number)], [UInt8](repeating: UInt8(truncatingIfNeeded: seed + round), count: 2_000))
            }
            try await object.commit(changes)
        }
    }

    @Test func `overwriting the same data does not grow the file`() async throws {
        let test = try TestStore(.lmdb)
        let object = test.object(1)
        try await overwrite(object, rounds: 20, seed: 0)
        let size = fileBytes(test)
        try await overwrite(object, rounds: 400, seed: 50)
        // Thirty megabytes were written meanwhile.
        #expect(fileBytes(test) <= size + 64 << 10)
    }

    @Test func `long reads that come and go cost room once, not every time`() async throws {
        let test = try TestStore(.lmdb)
        let object = test.object(1)
        try await overwrite(object, rounds: 20, seed: 0)
        let store = test.store
        var sizes: [Int] = []
        for number in 0..<12 {
            let isReading = PendingOutcome()
            let mayEnd = BlockingFlag()
            let reader = try WriterThread {
                try? store.read { _ throws(StorageError) in
                    isReading.resolve(.failure(.isClosed))
                    mayEnd.wait()
                }
            }
            _ = await isReading.value
            try await overwrite(object, rounds: 10, seed: number)
            mayEnd.set()
            reader.finish()
            sizes.append(fileBytes(test))
        }
        #expect(sizes.last == sizes[5])
    }
}
