import RoostStorage
import RoostTesting
import Testing

@testable import RoostRuntime

/// How many databases are open, and which are closed for others.
struct DatabasePoolTests {
    private func makeTest(openMax: Int, bytesMax: Int = 256 << 20) throws -> RoostTest {
        var configuration = RoostConfiguration()
        configuration.openDatabasesMax = openMax
        configuration.openDatabaseBytesMax = bytesMax
        return try RoostTest(configuration: configuration) { try $0.register(SQLBox.self, storage: .sql) }
    }

    private static let create: SQLBox.Body = { box in
        try box.storage.sql.execute("CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)")
        return try box.storage.sql.text("SELECT count(*) FROM t")
    }

    @Test func `objects share so many connections, and none notices`() async throws {
        let test = try makeTest(openMax: 3)
        let boxes = try test.objects(of: SQLBox.self)
        for round in 1...3 {
            for name in 0..<10 {
                let seen = try await boxes.get("\(name)").inside(Self.create)
                #expect(seen == "\(round)")
                #expect(test.roost.health.openDatabases <= 3)
            }
        }
        #expect(test.roost.health.openDatabases == 3)
        #expect(test.roost.health.liveInstances == 10)
    }

    @Test func `the one that was not used for longest is closed first`() async throws {
        let test = try makeTest(openMax: 3)
        let boxes = try test.objects(of: SQLBox.self)
        for name in ["a", "b", "c"] { try await boxes.get(name).inside(Self.create) }
        // `a` is used again, so `b` is the oldest when `d` needs a place.
        try await boxes.get("a").inside { try $0.storage.sql.text("SELECT 1") }
        try await boxes.get("d").inside(Self.create)
        for (name, isOpen) in [("a", true), ("b", false), ("c", true), ("d", true)] {
            #expect(try await boxes.get(name).inside { "\($0.isDatabaseOpen)" } == "\(isOpen)", "\(name)")
        }
    }

    @Test func `a database with a cursor, a setting, or changes of an open turn stays open`() async throws {
        let test = try makeTest(openMax: 3)
        let boxes = try test.objects(of: SQLBox.self)
        for name in ["cursor", "setting"] { try await boxes.get(name).inside(Self.create) }
        try await boxes.get("cursor").inside { box in
            box.rows = try box.storage.sql.execute("SELECT 1 UNION ALL SELECT 2")
            return ""
        }
        try await boxes.get("setting").inside { box in
            try box.storage.sql.text("PRAGMA foreign_keys=OFF")
        }
        for name in 0..<5 { try await boxes.get("\(name)").inside(Self.create) }
        for name in ["cursor", "setting"] {
            #expect(try await boxes.get(name).inside { "\($0.isDatabaseOpen)" } == "true", "\(name)")
        }
        #expect(test.roost.health.openDatabases == 3)
        // The setting is still in force, the cursor goes on.
        #expect(try await boxes.get("setting").inside { try $0.storage.sql.text("PRAGMA foreign_keys") } == "0")
        #expect(try await boxes.get("cursor").inside { try $0.rows?.text() ?? "" } == "1 2")
    }

    @Test func `when every open database is in use, another is refused, and the object can be asked again`()
        async throws
    {
        let test = try makeTest(openMax: 2)
        let boxes = try test.objects(of: SQLBox.self)
        for name in ["a", "b"] {
            try await boxes.get(name).inside { box in
                box.rows = try box.storage.sql.execute("SELECT 1 UNION ALL SELECT 2")
                return ""
            }
        }
        let error = await #expect(throws: RoostError.self) { try await boxes.get("c").inside(Self.create) }
        #expect(error?.code == .overloaded)
        #expect(error?.overloaded == true)
        #expect(error?.message == "All 2 databases that may be open at once are in use.")
        try await boxes.get("a").inside { box in
            box.rows = nil
            return ""
        }
        #expect(try await boxes.get("c").inside(Self.create) == "1")
    }

    @Test func `past the limit of memory databases are closed until it fits`() async throws {
        let test = try makeTest(openMax: 100, bytesMax: 1 << 20)
        let boxes = try test.objects(of: SQLBox.self)
        for name in 0..<20 {
            try await boxes.get("\(name)").inside { box in
                try box.storage.sql.text("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(200000))")
            }
            #expect(test.roost.health.openDatabaseBytes <= 2 << 20)
        }
        #expect(test.roost.health.openDatabases < 6)
        for name in 0..<20 {
            let seen = try await boxes.get("\(name)").inside { try $0.storage.sql.text("SELECT length(a) FROM t") }
            #expect(seen == "200000")
        }
    }

    @Test func `an object that goes to sleep closes its database, whatever it holds`() async throws {
        let test = try makeTest(openMax: 10)
        let boxes = try test.objects(of: SQLBox.self)
        try await boxes.get("a").inside { box in
            _ = try Self.rows(box)
            return ""
        }
        #expect(test.roost.health.openDatabases == 1)
        #expect(test.roost.health.openDatabaseBytes > 10_000)
        test.clock.advance(by: .seconds(30))
        #expect(test.roost.health.liveInstances == 0)
        #expect(test.roost.health.openDatabases == 0)
        #expect(test.roost.health.openDatabaseBytes == 0)
        // The next instance has no cursor of the one before, and the default settings.
        let seen = try await boxes.get("a").inside { box in
            "\(box.rows == nil) \(try box.storage.sql.text("PRAGMA foreign_keys"))"
        }
        #expect(seen == "true 1")
    }

    private static func rows(_ box: isolated SQLBox) throws -> SQLRows? {
        try box.storage.sql.execute("PRAGMA foreign_keys=OFF")
        box.rows = try box.storage.sql.execute("SELECT 1 UNION ALL SELECT 2")
        return box.rows
    }

    @Test func `a database that is closed in the middle of a transaction's reads is opened again in it`() async throws {
        let test = try makeTest(openMax: 1)
        let boxes = try test.objects(of: SQLBox.self)
        try await boxes.get("a").inside(Self.create)
        let other = try boxes.get("b")
        try await other.inside(Self.create)
        let seen = try await boxes.get("a").inside { box in
            do {
                try box.storage.transaction {
                    _ = try box.storage.sql.text("SELECT * FROM t")
                    #expect(box.storage.activation.database?.closeIfUnused() == true)
                    try box.storage.transaction {
                        _ = try box.storage.sql.execute("INSERT INTO t VALUES (2)")
                    }
                    throw TestError.refused
                }
            } catch TestError.refused {}
            return try box.storage.sql.text("SELECT * FROM t")
        }
        #expect(seen == "1")
    }

    @Test func `many objects at once share few connections`() async throws {
        let test = try makeTest(openMax: 4)
        let boxes = try test.objects(of: SQLBox.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    for round in 0..<25 {
                        // A refusal is possible when four others are in a turn; it must leave nothing behind.
                        _ = try? await boxes.get("\((caller * 7 + round) % 16)").inside(Self.create)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(test.roost.health.openDatabases <= 4)
        for name in 0..<16 {
            let seen = try await boxes.get("\(name)").inside { try $0.storage.sql.text("PRAGMA quick_check") }
            #expect(seen == "ok")
        }
    }
}

extension SQLBox {
    fileprivate var isDatabaseOpen: Bool { storage.activation.database?.isOpen == true }
}
