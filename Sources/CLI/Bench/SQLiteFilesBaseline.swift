import CSQLite
import Glibc
import Synchronization

/// One SQLite file per object (WAL, full sync), as the origin's local runtime keeps them.
///
/// All files are created and opened before the clock starts, which is kind to the baseline: a server with more objects
/// than file descriptors would open and close them all the time.
enum SQLiteFilesBaseline {
    /// Three descriptors each; within the usual limit of a process after it is raised.
    static let filesMax = 300

    struct Failure: Error, CustomStringConvertible {
        let message: String
        var description: String { "SQLite: \(message)" }
    }

    private final class Database {
        private var connection: OpaquePointer?
        private var statement: OpaquePointer?

        init(_ path: String) throws {
            let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            guard sqlite3_open_v2(path, &connection, flags, nil) == SQLITE_OK else {
                throw Failure(message: "cannot open a database file")
            }
            let setUp = """
                PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
                CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER); INSERT INTO counter VALUES (1, 0);
                """
            guard sqlite3_exec(connection, setUp, nil, nil, nil) == SQLITE_OK,
                sqlite3_prepare_v2(
                    connection,
                    "UPDATE counter SET value = value + 1 WHERE id = 1",
                    -1,
                    &statement,
                    nil
                ) == SQLITE_OK
            else { throw Failure(message: String(cString: sqlite3_errmsg(connection))) }
        }

        deinit {
            sqlite3_finalize(statement)
            sqlite3_close(connection)
        }

        func increment() throws {
            guard sqlite3_step(statement) == SQLITE_DONE, sqlite3_reset(statement) == SQLITE_OK else {
                throw Failure(message: String(cString: sqlite3_errmsg(connection)))
            }
        }
    }

    static func run(folder: String, files: Int, threads: Int, time: Duration) async throws -> Double {
        guard mkdir(folder, 0o700) == 0 else { throw Failure(message: "cannot make the folder") }
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for thread in 0..<threads {
                let own = Array(stride(from: thread, to: files, by: threads))
                group.addTask { try await onThread { try work(folder, own, time) } }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (time / .seconds(1))
    }

    private static func work(_ folder: String, _ files: [Int], _ time: Duration) throws -> Int {
        guard !files.isEmpty else { return 0 }
        let databases = try files.map { try Database("\(folder)/\($0).sqlite") }
        var done = 0
        let clock = ContinuousClock()
        let end = clock.now + time
        while clock.now < end {
            try databases[done % databases.count].increment()
            done += 1
        }
        return done
    }

    /// These calls block; they must not block Swift's own threads.
    private static func onThread(_ body: @escaping @Sendable () throws -> Int) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job { continuation.resume(with: Result { try body() }) }
            var thread = pthread_t()
            let result = pthread_create(
                &thread,
                nil,
                { pointer in
                    guard let pointer else { return nil }
                    Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run()
                    return nil
                },
                Unmanaged.passRetained(job).toOpaque()
            )
            if result == 0 { pthread_detach(thread) } else { job.run() }
        }
    }

    private final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
