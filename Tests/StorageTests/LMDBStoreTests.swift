import Glibc
import RoostStorage
import Testing

/// What only a store on a real disk can do, or suffer.
struct LMDBStoreTests {
    private func error(_ body: () throws -> Void) -> StorageError? {
        do {
            try body()
            return nil
        } catch {
            return error as? StorageError
        }
    }

    @Test func `a second start is refused and names the process that has the store`() throws {
        let test = try TestStore(.lmdb)
        let refused = error { try Store.open(directory: test.directory.path).close() }
        #expect(refused?.code == .inUse)
        #expect(refused?.message.contains("process \(getpid())") == true)
        try test.reopen()
    }

    @Test func `a directory with other things in it is left alone`() throws {
        let directory = TemporaryDirectory()
        directory.write("letters", to: "letters.txt")
        let refused = error { try Store.open(directory: directory.path).close() }
        #expect(refused?.code == .foreignDirectory)
        #expect(refused?.message.contains("letters.txt") == true)
        #expect(access("\(directory.path)/roost.mdb", F_OK) != 0)
    }

    @Test func `a missing directory is made, with its parents`() throws {
        let directory = TemporaryDirectory()
        let path = "\(directory.path)/a/b/c"
        let store = try Store.open(directory: path)
        #expect(access("\(path)/roost.mdb", F_OK) == 0)
        store.close()
        try Store.open(directory: path + "/").close()
    }

    @Test func `a file where the directory should be is refused`() throws {
        let directory = TemporaryDirectory()
        directory.write("", to: "file")
        #expect(error { try Store.open(directory: "\(directory.path)/file").close() }?.code == .io)
    }

    @Test func `a directory that cannot be written is refused`() throws {
        // Even the superuser cannot make a directory here, so the test does not depend on who runs it.
        let refused = error { try Store.open(directory: "/proc/self/roost").close() }
        #expect(refused != nil)
        guard geteuid() != 0 else { return }
        let directory = TemporaryDirectory()
        chmod(directory.path, 0o500)
        #expect(error { try Store.open(directory: directory.path).close() }?.code == .readOnly)
        chmod(directory.path, 0o700)
    }

    @Test func `a flipped bit is found when it is read, and the object is named`() async throws {
        let test = try TestStore(.lmdb)
        let object = test.object(7)
        let value = Array("a value that stands in the file just once".utf8)
        try await object.commit([.put([1], value), .put([2], [2])])
        try await test.object(8).put("fine", "yes")
        test.store.close()
        #expect(test.directory.flipBit(in: "roost.mdb", at: value) >= 1)
        try test.reopen()
        let found = error { _ = try test.value(object.reference, [1]) }
        #expect(found?.code == .corruption)
        #expect(found?.message.contains(object.reference.id.description) == true)
        #expect(found?.message.contains("Counter") == true)
        #expect(error { _ = try test.entries(object.reference) }?.code == .corruption)
        // Everything else is still there.
        #expect(try test.value(object.reference, [2]) == [2])
        #expect(try test.object(8).value("fine") == "yes")
    }

    @Test func `a flipped bit in a bucket of long keys is found as well`() async throws {
        let test = try TestStore(.lmdb)
        let object = test.object(7)
        let value = Array("another value that stands there just once".utf8)
        let key = [UInt8](repeating: 3, count: 900)
        try await object.commit([.put(key, value)])
        test.store.close()
        #expect(test.directory.flipBit(in: "roost.mdb", at: value) >= 1)
        try test.reopen()
        #expect(error { _ = try test.value(object.reference, key) }?.code == .corruption)
    }

    @Test func `a small map grows while others read`() async throws {
        var options = StoreOptions()
        options.mapSizeBytes = 1 << 20
        let test = try TestStore(.lmdb, options: options)
        let object = test.object(1)
        try await object.put("first", "1")
        let store = test.store
        let reads = Task {
            var count = 0
            while !Task.isCancelled {
                guard try store.number(of: TestStore.reference(1)) != nil else { return -1 }
                count += 1
            }
            return count
        }
        let value = [UInt8](repeating: 5, count: 200_000)
        for number: UInt8 in 0..<100 {
            try await object.commit([.put([number], value)])
        }
        reads.cancel()
        #expect(try await reads.value >= 0)
        #expect(try test.value(object.reference, [99]) == value)
        #expect(try object.value("first") == "1")
        try test.reopen(options: options)
        #expect(try test.entries(object.reference).count == 101)
    }

    @Test func `one batch larger than the map makes it grow as often as needed`() async throws {
        var options = StoreOptions()
        options.mapSizeBytes = 1 << 20
        let test = try TestStore(.lmdb, options: options)
        let value = [UInt8](repeating: 5, count: 20 << 20)
        try await test.object(1).commit([.put([1], value)])
        #expect(try test.value(TestStore.reference(1), [1]) == value)
    }

    @Test func `a map that may not grow is an ordinary error, and room made is used`() async throws {
        var options = StoreOptions()
        options.mapSizeBytes = 4 << 20
        options.largestMapSizeBytes = 4 << 20
        let test = try TestStore(.lmdb, options: options)
        let object = test.object(1)
        try await object.put("kept", "1")
        let full = await object.enqueue([.put([1], [UInt8](repeating: 5, count: 5 << 20))]).error
        #expect(full?.code == .mapFull)
        #expect(test.store.status == .ok)
        try object.restart()
        try await object.put("next", "2")
        #expect(try object.value("kept") == "1")
    }

    @Test func `reads beyond the limit are refused at once`() async throws {
        var options = StoreOptions()
        options.maxReaders = 2
        let test = try TestStore(.lmdb, options: options)
        try await test.object(1).put("a", "1")
        let store = test.store
        let refused = try store.read { _ throws(StorageError) in
            try store.read { _ throws(StorageError) in
                error { try store.read { _ throws(StorageError) in } }
            }
        }
        #expect(refused?.code == .overloaded)
        #expect(try test.object(1).value("a") == "1")
    }

    @Test func `a store in a newer format is refused, with both versions in the sentence`() throws {
        let test = try TestStore(.lmdb)
        test.store.close()
        try test.rewriteFormat(to: "roost 2")
        let refused = error { try Store.open(directory: test.directory.path).close() }
        #expect(refused?.code == .newerFormat)
        #expect(refused?.message.contains("format 2") == true)
        #expect(refused?.message.contains("format 1") == true)
        try test.rewriteFormat(to: "something")
        #expect(error { try Store.open(directory: test.directory.path).close() }?.code == .corruption)
        try test.rewriteFormat(to: "roost 1")
        try test.reopen()
    }
}
