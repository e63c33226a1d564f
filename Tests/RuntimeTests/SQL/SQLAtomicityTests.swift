import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// A turn's keys and rows together: at the gate, over crashes, and when the commit fails.
struct SQLAtomicityTests {
    private let test: SteppedTest

    init() throws {
        test = try SteppedTest {
            try $0.register(SQLBox.self, storage: .sql)
            try $0.register(SQLStarter.self, storage: .sql)
        }
    }

    private func box() throws -> SQLBox { try test.objects(of: SQLBox.self).get("box") }

    @discardableResult
    private func run(_ body: @escaping SQLBox.Body) throws -> String {
        let box = try box()
        return try test.run { try await box.inside(body) }
    }

    @Test func `Direct SQL queries are confirmed writes - the reply waits for the commit`() throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a)") }
        test.disk.holdCommits()
        let box = try box()
        let write = test.start { try await box.inside { try $0.storage.sql.text("INSERT INTO t VALUES (1)") } }
        test.settle()
        #expect(!write.isDone)
        // A reader that may have seen it waits as well.
        let read = test.start { try await box.inside { try $0.storage.sql.text("SELECT * FROM t") } }
        test.settle()
        #expect(!read.isDone)
        test.disk.releaseCommits()
        test.settle()
        let seen = try read.value()
        #expect(write.isDone && seen == "1")
    }

    @Test func `An unconfirmed put followed by a direct SQL query requires the output gate`() throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a)") }
        test.disk.holdCommits()
        let box = try box()
        let unconfirmed = test.start {
            try await box.inside { box in
                try box.storage.put("a", 1, options: WriteOptions(allowUnconfirmed: true))
                return ""
            }
        }
        test.settle()
        #expect(unconfirmed.isDone)
        let mixed = test.start {
            try await box.inside { box in
                try box.storage.put("a", 2, options: WriteOptions(allowUnconfirmed: true))
                return try box.storage.sql.text("INSERT INTO t VALUES (1)")
            }
        }
        test.settle()
        #expect(!mixed.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(mixed.isDone)
    }

    @Test func `reading a database does not wait and commits nothing`() throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a)") }
        let commits = test.test.store.statistics.commits
        test.disk.holdCommits()
        let seen = try run { try $0.storage.sql.text("SELECT count(*) FROM t") }
        #expect(seen == "0")
        test.disk.releaseCommits()
        test.settle()
        #expect(test.test.store.statistics.commits == commits)
    }

    @Test func `a turn's keys and rows are one commit`() throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a)") }
        let commits = test.test.store.statistics.commits
        try run { box in
            try box.storage.put("a", 1)
            try box.storage.sql.execute("INSERT INTO t VALUES (1)")
            try box.storage.put("b", 1)
            return try box.storage.sql.text("INSERT INTO t VALUES (2)")
        }
        #expect(test.test.store.statistics.commits == commits + 1)
    }

    /// The crash comes before, in, and after each commit that the scenario makes.
    @Test(arguments: [CrashMoment.beforeDurable, .afterDurable], 1...8)
    func `over a crash at any commit, keys and rows of a turn are there together or not at all`(
        moment: CrashMoment,
        commit: Int
    ) throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a)") }
        let first = test.test.store.statistics.commits
        test.disk.crash(atCommit: UInt64(first) + UInt64(commit), moment)
        var acknowledged = 0
        let box = try box()
        for number in 1...6 {
            let turn = test.start {
                try await box.inside { box in
                    try box.storage.put("count", number)
                    try box.storage.sql.execute("INSERT INTO t VALUES (?)", number)
                    return ""
                }
            }
            test.settle()
            guard turn.isDone, (try? turn.value()) != nil else { break }
            acknowledged = number
        }
        try test.test.crash()
        let seen = try run { box in
            let count = try box.storage.get("count", as: Int.self) ?? 0
            return "\(count) \(try box.storage.sql.text("SELECT count(*), coalesce(max(a), 0) FROM t"))"
        }
        let count = Int(seen.prefix { $0 != " " }) ?? -1
        #expect(seen == "\(count) \(count)|\(count)")
        #expect(count == acknowledged || count == acknowledged + 1)
    }

    @Test func `a failed commit loses the turn's keys and rows, resets the object, and the next finds what is durable`()
        throws
    {
        try run { box in
            try box.storage.put("key", 1)
            return try box.storage.sql.text("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        }
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        let error = #expect(throws: RoostError.self) {
            try run { box in
                try box.storage.put("key", 2)
                return try box.storage.sql.text("INSERT INTO t VALUES (2)")
            }
        }
        #expect(error?.code == .objectReset)
        let seen = try run { box in
            "\(try box.storage.get("key", as: Int.self) ?? 0) \(try box.storage.sql.text("SELECT * FROM t"))"
        }
        #expect(seen == "1 1")
    }

    @Test func `a connection of a failed instance is closed, and nothing reaches the new instance from it`() throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)") }
        test.disk.holdCommits()
        let box = try box()
        let latch = "stale connection"
        let stale = test.start {
            try await box.inside { box in
                let rows = try box.storage.sql.execute("SELECT a FROM t")
                _ = try rows.next()
                try box.storage.sql.execute("INSERT INTO t VALUES (4)")
                await Latches.shared.wait(latch)
                let error = #expect(throws: RoostError.self) { try rows.next() }
                let other = try box.storage.sql.error("INSERT INTO t VALUES (5)")
                #expect(error?.code == .objectReset && other.code == .objectReset)
                return ""
            }
        }
        test.settle()
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        test.disk.releaseCommits()
        test.settle()
        #expect(test.test.roost.health.openDatabases == 0)
        Latches.shared.open(latch)
        test.settle()
        #expect(throws: RoostError.self) { try stale.value() }
        let seen = try run { try $0.storage.sql.text("SELECT a FROM t") }
        #expect(seen == "1 2 3")
    }

    @Test func `a cursor goes on over a suspension point and over commits`() throws {
        try run { box in
            try box.storage.sql.execute("CREATE TABLE t (a)")
            for index in 0..<100 { try box.storage.sql.execute("INSERT INTO t VALUES (?)", index) }
            return ""
        }
        let seen = try run { box in
            let rows = try box.storage.sql.execute("SELECT a FROM t ORDER BY a")
            var seen: [Int] = []
            while let row = try rows.next() {
                seen.append(try row.get(0, as: Int.self))
                if seen.count % 25 == 0 {
                    try box.storage.sql.execute("INSERT INTO t VALUES (?)", -seen.count)
                    try await box.storage.sync()
                }
            }
            return "\(seen == Array(0..<100)) \(rows.rowsRead)"
        }
        #expect(seen.hasPrefix("true"))
    }

    @Test func `rows that are kept in the object between two calls are still there`() throws {
        try run { try $0.storage.sql.text("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)") }
        try run { box in
            box.rows = try box.storage.sql.execute("SELECT a FROM t")
            return "\(try box.rows?.next()?.text ?? "")"
        }
        let seen = try run { try $0.rows?.all().map(\.text).joined() ?? "" }
        #expect(seen == "2")
    }

    @Test func `what the initializer writes is durable with it, and lost when it throws`() throws {
        let good = try test.objects(of: SQLStarter.self).get("good")
        let bad = try test.objects(of: SQLStarter.self).get("bad")
        #expect(try test.run { try await good.starts() } == 1)
        #expect(throws: TestError.refused) { try test.run { try await bad.starts() } }
        #expect(throws: TestError.refused) { try test.run { try await bad.starts() } }
        try test.test.crash()
        let again = try test.objects(of: SQLStarter.self).get("good")
        #expect(try test.run { try await again.starts() } == 2)
    }

    @Test func `an initializer that swallows the loss of its changes does not start the object`() throws {
        let full = try test.test.objects(of: SQLStarter.self).get("full")
        for _ in 0..<2 {
            let error = #expect(throws: RoostError.self) { try test.run { try await full.starts() } }
            #expect(error?.code == .objectReset)
            #expect(error?.message.hasPrefix("UNIQUE constraint failed: lost.a") == true)
        }
        #expect(test.test.roost.health.liveInstances == 0)
        #expect(test.test.roost.health.openDatabases == 0)
    }

    @Test func `increments persist without await`() throws {
        for expected in 1...5 {
            let seen = try run { box in
                try box.storage.sql.execute(
                    "CREATE TABLE IF NOT EXISTS c (n); INSERT INTO c SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM c)"
                )
                return try box.storage.sql.text("UPDATE c SET n = n + 1 RETURNING n")
            }
            #expect(seen == "\(expected)")
            if expected == 3 { try test.test.crash() }
        }
    }

    @Test func `more changes than may be open at once are refused, and the object goes on`() throws {
        var limits = ObjectLimits.cloudflare
        limits.uncommittedBytesMax = 100_000
        var configuration = RoostConfiguration()
        configuration.limits = limits
        let test = try SteppedTest(configuration: configuration) { try $0.register(SQLBox.self, storage: .sql) }
        let box = try test.objects(of: SQLBox.self).get("box")
        _ = try test.run { try await box.inside { try $0.storage.sql.text("CREATE TABLE t (a)") } }
        test.disk.holdCommits()
        let insert: SQLBox.Body = { try $0.storage.sql.text("INSERT INTO t VALUES (randomblob(60000))") }
        _ = test.start { try await box.inside(insert) }
        test.settle()
        _ = test.start { try await box.inside(insert) }
        test.settle()
        let refused = test.start {
            try await box.inside { box in
                let error = try box.storage.sql.error("INSERT INTO t VALUES (1)")
                return "\(error.code) \(try box.storage.sql.text("SELECT count(*) FROM t"))"
            }
        }
        test.settle()
        test.disk.releaseCommits()
        test.settle()
        #expect(try refused.value() == "limit_exceeded 2")
        #expect(try test.run { try await box.inside(insert) } == "")
    }
}

/// Counts in a table how often it was started; `bad` ones fail after that, `full` ones lose it and go on.
distributed actor SQLStarter: DurableObject {
    let storage: ObjectStorage

    init(context: sending ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        try storage.sql.execute("CREATE TABLE IF NOT EXISTS starts (a); INSERT INTO starts VALUES (1)")
        if context.id.name == "bad" { throw TestError.refused }
        if context.id.name == "full" {
            _ = try? storage.sql.execute("CREATE TABLE lost (a UNIQUE ON CONFLICT ROLLBACK)")
            _ = try? storage.sql.execute("INSERT INTO lost VALUES (1), (1)")
        }
    }

    distributed func starts() throws -> Int {
        try storage.sql.execute("SELECT count(*) FROM starts").one().get(0, as: Int.self)
    }
}
