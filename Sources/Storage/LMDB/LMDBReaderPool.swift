import CLMDB
import Glibc

/// The read transactions of an environment, used again and again.
///
/// Renewing a transaction is much cheaper than beginning one. The pool is also the gate between reads and what
/// must not happen beside them: growing the map and closing the environment wait until nobody reads.
///
/// A thread that reads already may begin another read even while somebody waits for the gate; otherwise a read
/// inside a read would wait for the gate, and the gate for the outer read.
@safe final class LMDBReaderPool: @unchecked Sendable {
    private let environment: OpaquePointer
    private let limit: Int
    private let state: Monitor<State>

    @safe private struct State {
        var idle: [OpaquePointer]
        /// The thread of each read that is going on; few, so that a list is fastest.
        var readingThreads: [pthread_t] = []
        var handles = LMDBHandles()
        var isGateWanted = false
        var isClosed = false
    }

    init(_ environment: OpaquePointer, limit: Int) {
        unsafe self.environment = unsafe environment
        self.limit = limit
        state = unsafe Monitor(State(idle: []))
    }

    /// Makes newly opened databases known to the reads that begin from now on.
    func publish(_ handles: LMDBHandles) {
        state.withLock { $0.handles = handles }
    }

    func read(_ body: (borrowing ReadTransaction) throws(StorageError) -> Void) throws(StorageError) {
        let (pointer, handles) = unsafe try begin()
        defer { unsafe end(pointer) }
        try body(ReadTransaction(.lmdb(unsafe LMDBTransaction(pointer, handles: handles))))
    }

    var isCurrentThreadReading: Bool {
        let thread = pthread_self()
        return state.withLock { $0.readingThreads.contains(thread) }
    }

    /// Runs `body` when no read is going on, with none beginning meanwhile.
    ///
    /// - Precondition: the calling thread is not reading.
    func withoutReads<R>(_ body: () -> R) -> R {
        state.withLock { $0.isGateWanted = true }
        return state.withLock(when: { $0.readingThreads.isEmpty }) { state in
            defer {
                state.isGateWanted = false
                self.state.notify()
            }
            return body()
        }
    }

    /// Ends every idle transaction for good; later reads fail with `.closed`.
    func close() {
        state.withLock { state in
            state.isClosed = true
            self.state.notify()
        }
        state.withLock(when: { $0.readingThreads.isEmpty }) { state in
            while let pointer = unsafe state.idle.popLast() {
                unsafe mdb_txn_abort(pointer)
            }
        }
    }

    private func begin() throws(StorageError) -> (OpaquePointer, LMDBHandles) {
        let thread = pthread_self()
        return unsafe try state.withLock(
            when: { !$0.isGateWanted || $0.isClosed || $0.readingThreads.contains(thread) },
            { state throws(StorageError) in
                guard !state.isClosed else { throw .isClosed }
                let pointer =
                    if let idle = unsafe state.idle.popLast() {
                        unsafe try renew(idle)
                    } else {
                        unsafe try beginNew(state)
                    }
                state.readingThreads.append(thread)
                return unsafe (pointer, state.handles)
            }
        )
    }

    private func renew(_ pointer: OpaquePointer) throws(StorageError) -> OpaquePointer {
        let code = unsafe mdb_txn_renew(pointer)
        guard code == MDB_SUCCESS else {
            unsafe mdb_txn_abort(pointer)
            throw .lmdb(code, while: "beginning a read")
        }
        return unsafe pointer
    }

    private func beginNew(_ state: State) throws(StorageError) -> OpaquePointer {
        guard state.readingThreads.count < limit else {
            throw StorageError(.overloaded, "\(limit) reads are going on; make reads shorter or raise `maxReaders`.")
        }
        var pointer: OpaquePointer?
        let code = unsafe mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &pointer)
        try StorageError.check(code, while: "beginning a read")
        guard let pointer = unsafe pointer else { throw .lmdb(MDB_INVALID, while: "beginning a read") }
        return unsafe pointer
    }

    private func end(_ pointer: OpaquePointer) {
        unsafe mdb_txn_reset(pointer)
        let thread = pthread_self()
        state.withLock { state in
            unsafe state.idle.append(pointer)
            if let index = state.readingThreads.firstIndex(of: thread) {
                state.readingThreads.swapAt(index, state.readingThreads.count - 1)
                state.readingThreads.removeLast()
            }
            if state.readingThreads.isEmpty {
                self.state.notify()
            }
        }
    }
}
