import Glibc

/// A value behind a lock on which threads can also wait for the value to change.
///
/// `Mutex` cannot be waited on, and the writer thread, map growth and the slow disk of tests all have to wait.
/// Isolation: any thread. The lock is not recursive.
@safe final class Monitor<State>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    /// Kept in memory of its own: as a variable of the class every access would be checked for exclusivity, which the
    /// lock already guarantees.
    private let state: UnsafeMutablePointer<State>
    private var waiting = 0

    init(_ state: State) {
        unsafe self.state = .allocate(capacity: 1)
        unsafe self.state.initialize(to: state)
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe changed.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(lock, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        unsafe changed.deallocate()
        unsafe lock.deallocate()
    }

    /// Runs `body` with the lock held.
    func withLock<R, E: Error>(_ body: (inout State) throws(E) -> R) throws(E) -> R {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return unsafe try body(&state.pointee)
    }

    /// Runs `body` with the lock held as soon as `isReady` holds, which `notify()` makes waiters look at again.
    func withLock<R, E: Error>(
        when isReady: (borrowing State) -> Bool,
        _ body: (inout State) throws(E) -> R
    ) throws(E) -> R {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while unsafe !isReady(state.pointee) {
            waiting += 1
            unsafe pthread_cond_wait(changed, lock)
            waiting -= 1
        }
        return unsafe try body(&state.pointee)
    }

    /// Makes every waiter look again.
    ///
    /// Must be called with the lock held, from within `withLock`.
    func notify() {
        if waiting > 0 {
            unsafe pthread_cond_broadcast(changed)
        }
    }
}
