import FoundationEssentials
import RoostStorage
import RoostTesting
import Testing

@testable import RoostRuntime

/// What an object with a database does when the store or the disk fails it.
struct SQLFaultTests {
    @Test func `a read that fails is an error of the statement, and the object goes on`() async throws {
        let test = try SQLTest()
        try await test.text("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        // A fresh instance has nothing in memory.
        test.test.clock.advance(by: .seconds(30))
        var codes: [String] = []
        for count in 1...8 {
            let seen = try await test.inside { [disk = test.test.disk] box in
                box.storage.activation.database?.discard()
                disk.failReads(count)
                var codes: [String] = []
                for _ in 0..<20 {
                    do throws(RoostError) {
                        _ = try box.storage.sql.text("SELECT a FROM t")
                        break
                    } catch {
                        codes.append("\(error.code)\(error.reset ? " reset" : "")")
                    }
                }
                return codes.joined(separator: ",")
            }
            codes += seen.split(separator: ",").map { String($0) }
        }
        #expect(codes.count >= 8)
        #expect(Set(codes) == ["store_failed"])
        #expect(try await test.text("SELECT a FROM t") == "1")
    }

    @Test func `a read that fails in a turn with changes loses nothing of it, or all of it`() async throws {
        let test = try SQLTest()
        try await test.text("CREATE TABLE t (a); INSERT INTO t VALUES (0)")
        for number in 1...6 {
            let stub = try test.box()
            let before = try await test.text("SELECT max(a), count(*) FROM t")
            do {
                try await stub.inside { [disk = test.test.disk] box in
                    try box.storage.put("count", number)
                    box.storage.activation.database?.discard()
                    disk.failReads(number)
                    for _ in 0..<20 {
                        if (try? box.storage.sql.execute("INSERT INTO t VALUES (?)", number)) != nil { break }
                    }
                    return ""
                }
                let after = try await test.inside { box in
                    let count = try box.storage.get("count", as: Int.self) ?? 0
                    return "\(count) \(try box.storage.sql.text("SELECT max(a) FROM t"))"
                }
                #expect(after == "\(number) \(number)")
            } catch let error as RoostError {
                #expect(error.code == .objectReset)
                #expect(try await test.text("SELECT max(a), count(*) FROM t") == before)
            }
        }
    }

    @Test func `a flipped bit in a page is an error that names the object, and other objects answer`() async throws {
        let folder = TemporaryFolder()
        let mark = "a text that stands in the page as it is"
        func open() throws -> (Roost, Store) {
            let store = try Store.open(directory: folder.path + "/store")
            let roost = Roost(store: store)
            try roost.register(SQLBox.self, storage: .sql)
            return (roost, store)
        }
        let (roost, store) = try open()
        for name in ["damaged", "whole"] {
            let text = name == "damaged" ? mark : "another"
            try await roost.objects(of: SQLBox.self).get(name).inside { box in
                try box.storage.sql.text("CREATE TABLE t (a); CREATE TABLE u (a)")
                    + box.storage.sql.text("INSERT INTO t VALUES (?)", text)
            }
        }
        await roost.shutdown(limit: .zero)
        store.close()
        try flipBit(at: mark, in: folder.path + "/store/roost.mdb")
        let (again, damaged) = try open()
        let box = try again.objects(of: SQLBox.self).get("damaged")
        let error = await #expect(throws: RoostError.self) {
            try await box.inside { try $0.storage.sql.text("SELECT * FROM t") }
        }
        #expect(error?.code == .corruption)
        #expect(error?.underlying?.code == .corruption)
        #expect(error?.underlying?.message.contains("SQLBox") == true)
        // What is in other pages, and in other objects, can be read.
        #expect(try await box.inside { try $0.storage.sql.text("SELECT count(*) FROM u") } == "0")
        let whole = try again.objects(of: SQLBox.self).get("whole")
        #expect(try await whole.inside { try $0.storage.sql.text("SELECT * FROM t") } == "another")
        await again.shutdown(limit: .zero)
        damaged.close()
    }

    /// Flips a bit wherever the text stands.
    private func flipBit(at text: String, in path: String) throws {
        let content = try Data(contentsOf: URL(filePath: path))
        var bytes = Array(content)
        let pattern = Array(text.utf8)
        var places = 0
        var start = 0
        while start + pattern.count <= bytes.count {
            if bytes[start] == pattern[0], bytes[start..<(start + pattern.count)].elementsEqual(pattern) {
                bytes[start] ^= 1
                places += 1
            }
            start += 1
        }
        #expect(places > 0)
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test func `the pages of many turns leave the buffer when they are durable`() async throws {
        let test = try SQLTest()
        try await test.text("CREATE TABLE t (a)")
        for _ in 0..<20 { try await test.text("INSERT INTO t VALUES (randomblob(20000))") }
        let seen = try await test.inside { box in
            try box.storage.begin()
            return "\(box.storage.buffer.pages.count) \(box.storage.buffer.uncommittedBytes)"
        }
        #expect(seen == "0 0")
    }

    @Test func `sync() throws after critical error in explicit transaction`() async throws {
        let test = try SQLTest(limits: SQLTest.limits(pages: 20))
        try await test.text("CREATE TABLE t (a)")
        let error = try await test.error { box in
            try box.storage.transaction { _ = try box.storage.sql.text("INSERT INTO t VALUES (1)") }
            _ = try box.storage.sql.error("INSERT INTO t VALUES (randomblob(500000))")
            var message = ""
            do { try await box.storage.sync() } catch let error as RoostError { message = error.message }
            #expect(message == "database or disk is full: SQLITE_FULL")
            // The same for every kind of write.
            let put = #expect(throws: RoostError.self) { try box.storage.put("a", 1) }
            let delete = #expect(throws: RoostError.self) { try box.storage.deleteAll() }
            #expect(put?.message == message && delete?.message == message)
            return ""
        }
        #expect(error.message == "database or disk is full: SQLITE_FULL")
    }
}
