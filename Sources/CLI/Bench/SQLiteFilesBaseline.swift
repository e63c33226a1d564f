import Glibc
import Synchronization

/// One SQLite file per object (WAL, full sync), as the origin's local runtime keeps them.
///
/// With one file it is the shared database. All files are created and opened before the clock starts, which is kind
/// to the baseline: a server with more objects than file descriptors would open and close them all the time.
enum SQLiteFilesBaseline {
    /// Three descriptors each; within the usual limit of a process after it is raised.
    static let filesMax = 300

    static func run(
        folder: String,
        work: NativeDatabase.Work,
        files: Int,
        threads: Int,
        time: Duration
    ) async throws -> Double {
        guard mkdir(folder, 0o700) == 0 else { throw NativeDatabase.Failure(message: "cannot make the folder") }
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for thread in 0..<threads {
                let own = Array(stride(from: thread, to: files, by: threads))
                group.addTask { try await onThread { try perform(work, folder, own, time) } }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (time / .seconds(1))
    }

    private static func perform(
        _ work: NativeDatabase.Work,
        _ folder: String,
        _ files: [Int],
        _ time: Duration
    ) throws -> Int {
        guard !files.isEmpty else { return 0 }
        let databases = try files.map { try NativeDatabase("\(folder)/\($0).sqlite", work: work) }
        var done = 0
        let clock = ContinuousClock()
        let end = clock.now + time
        while clock.now < end {
            try databases[done % databases.count].step()
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
