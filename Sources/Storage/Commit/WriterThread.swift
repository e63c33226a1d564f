import Glibc

/// The thread that commits.
///
/// Syncing blocks, so it must not happen on the threads that run objects.
///
/// A thread must end by being joined or detached; `finish` does one of them, once.
final class WriterThread: Sendable {
    private let thread: pthread_t

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    init(_ run: @escaping @Sendable () -> Void) throws(StorageError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                body.run()
                return nil
            },
            body.toOpaque()
        )
        guard code == 0 else {
            unsafe body.release()
            throw .system(code, "starting the writer thread")
        }
        self.thread = thread
    }

    /// Lets those run first who have something to run on this processor; returns at once when nobody has.
    static func giveWay() { sched_yield() }

    /// Whether the calling code runs on this thread.
    var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    /// Waits for the end of the thread; on the thread itself, lets it end alone.
    func finish() {
        if isCurrent {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }
}
