import CLMDB
import Glibc

/// The engine that keeps the store in one LMDB file.
@safe final class LMDBEngine: StorageEngine, @unchecked Sendable {
    private let directory: String
    private let lock: DirectoryLock
    let environment: LMDBEnvironment
    private let readers: LMDBReaderPool
    private let largestMapSizeBytes: Int
    /// Touched by the writer only.
    private var handles = LMDBHandles()
    private var commits = 0

    /// The commits after which readers of other processes that died are forgotten.
    private static let readerCheckInterval = 256

    init(directory: String, options: StoreOptions) throws(StorageError) {
        try StoreDirectory.prepare(directory)
        lock = try DirectoryLock(directory: directory)
        do throws(StorageError) {
            try Self.inspect(directory)
            environment = try LMDBEnvironment(directory: directory, options: options)
        } catch {
            lock.release()
            throw error
        }
        StoreDirectory.sync(directory)
        readers = unsafe LMDBReaderPool(environment.pointer, limit: min(options.maxReaders, 500))
        largestMapSizeBytes = options.largestMapSizeBytes
        self.directory = directory
    }

    /// Refuses a file that LMDB would take although it is none of ours, or cannot be read to its end.
    ///
    /// It reads a few pages, and not through the memory map.
    private static func inspect(_ directory: String) throws(StorageError) {
        StoreDirectory.removeLeftovers(directory)
        let path = "\(directory)/\(LMDBEnvironment.fileName)"
        guard unsafe access(path, F_OK) == 0 else { return }
        let file = try DataFile(path: path)
        guard let meta = try FileMeta.newest(in: file) else { return }
        try meta.checkSize(of: file)
        let tables = try FileTables(FilePages(file: file, meta: meta))
        guard tables.names.isEmpty || tables[Table.meta.name] != nil else {
            throw StorageError(
                .foreignDirectory,
                "\(path) belongs to another program; choose an empty or missing directory."
            )
        }
    }

    func read(_ body: (borrowing ReadTransaction) throws(StorageError) -> Void) throws(StorageError) {
        try readers.read(body)
    }

    func write(_ body: (inout LMDBTransaction) throws(StorageError) -> WriteDecision) -> WriteOutcome {
        while true {
            do throws(StorageError) {
                return try attempt(body)
            } catch {
                // Each turn doubles the map up to its limit, so this ends.
                if error.code == .mapFull, error.underlyingCode == MDB_MAP_FULL, growMap() { continue }
                return error.isOrdinary ? .refused(error) : .fatal(error)
            }
        }
    }

    /// Traps in a read of the calling thread, which closing would wait for without end.
    func preconditionNotReading() {
        precondition(!readers.isCurrentThreadReading, "The store was closed from within a read.")
    }

    func close() {
        readers.close()
        environment.close()
        lock.release()
    }

    private func growMap() -> Bool {
        readers.withoutReads { environment.grow(limit: largestMapSizeBytes) }
    }

    private func attempt(
        _ body: (inout LMDBTransaction) throws(StorageError) -> WriteDecision
    ) throws(StorageError) -> WriteOutcome {
        var begun: OpaquePointer?
        try StorageError.check(unsafe mdb_txn_begin(environment.pointer, nil, 0, &begun), while: "beginning a commit")
        guard let pointer = unsafe begun else { throw .lmdb(MDB_INVALID, while: "beginning a commit") }
        var transaction = unsafe LMDBTransaction(pointer, handles: handles)
        do throws(StorageError) {
            guard try body(&transaction) == .commit else {
                unsafe mdb_txn_abort(pointer)
                return .aborted
            }
        } catch {
            unsafe mdb_txn_abort(pointer)
            throw error
        }
        let number = transaction.number
        let code = unsafe mdb_txn_commit(pointer)
        if code == EIO, StoreDirectory.isFull(directory) {
            // LMDB reports a write that only partly fitted on the disk as an input or output error. Nothing of
            // the transaction is reachable, since LMDB overwrites no page that is in use; should the failure have
            // been in the meta page, LMDB refuses the next transaction itself and the store halts then.
            throw .lmdb(ENOSPC, while: "committing")
        }
        try StorageError.check(code, while: "committing")
        commits += 1
        if commits.isMultiple(of: Self.readerCheckInterval) { environment.forgetDeadReaders() }
        handles = transaction.handles
        readers.publish(handles)
        return .committed(number)
    }
}
