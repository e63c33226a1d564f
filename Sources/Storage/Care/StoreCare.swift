import Glibc

/// What can be done for a store as a whole: looking it over, copying it, making it smaller, counting.
///
/// Everything but ``compact(directory:)`` works beside a running server: the server goes on, and what is seen is the
/// store as it was at one transaction. It must be another process than the server's, because LMDB allows a file to be
/// opened once in a process; `.inUse` says so.
///
/// Isolation: any thread; calls take as long as reading the whole store takes.
package enum StoreCare {
    /// Looks at every byte that means something; see ``StoreVerifier``.
    ///
    /// - Parameters:
    ///   - directory: The directory of the store.
    ///   - limit: How many damages are described; all are counted.
    /// - Throws: When there is nothing that could be looked at: `.notFound`, `.foreignDirectory`, `.newerFormat`,
    ///   `.inUse`, `.readOnly`, `.io`, and `.corruption` when there is no way into the file.
    package static func verify(directory: String, limit: Int) throws(StorageError) -> VerifyReport {
        try StoreVerifier.verify(directory: directory, limit: limit)
    }

    /// Counts objects, bytes, pages and readers; throws as ``verify(directory:limit:)``.
    package static func survey(directory: String) throws(StorageError) -> SurveyReport {
        try StoreSurvey.run(directory: directory)
    }

    /// The classes of a store and what is remembered of their past; throws as ``verify(directory:limit:)``.
    ///
    /// Unlike counting, it takes no longer for more data.
    package static func classes(
        directory: String
    ) throws(StorageError) -> (records: [ClassRecord], history: [UInt8]?) {
        let tables = try FileTables(StoreSnapshot(directory: directory).pages)
        _ = try StoreFormat.read(from: tables)
        return (try ObjectDirectory(reader: tables).classes(), try ClassHistoryRow.read(from: tables))
    }

    /// What a copy was made of.
    package struct CopyReport: Sendable, Codable {
        /// The size of the original, in bytes.
        package let bytesBefore: Int
        /// The size of the copy, in bytes.
        package let bytesAfter: Int
        /// The rows of all tables.
        package let rows: UInt64
    }

    /// Copies a store into an empty or missing directory, while it is in use or not.
    ///
    /// The copy is the store as it was at one transaction, without free pages. It has no name until it is on the disk
    /// and every page of it was read back; after a failure nothing of it is left.
    ///
    /// - Throws: `.foreignDirectory` when the target holds anything; `.corruption` when the store is damaged so that it
    ///   cannot be copied; `.diskFull`, `.readOnly`, `.io`, and as ``verify(directory:limit:)``.
    package static func backUp(directory: String, to target: String) throws(StorageError) -> CopyReport {
        let snapshot = try StoreSnapshot(directory: directory)
        guard let observer = snapshot.observer else { preconditionFailure("A store in a directory has an observer.") }
        // LMDB follows the pages through the memory map, so they are followed otherwise before.
        _ = try StoreDigest(snapshot)
        let isMade = try StoreDirectory.prepareNew(target)
        do throws(StorageError) {
            let lock = try DirectoryLock(directory: target)
            defer { lock.release() }
            let copy = try NewDataFile(in: target)
            try copy.write(observer)
            let digest = try StoreDigest(StoreSnapshot(file: copy.path))
            try copy.putInPlace()
            // A directory that was made must be found after a power failure as well.
            StoreDirectory.sync("\(target)/..")
            return CopyReport(
                bytesBefore: try snapshot.file.byteCount(),
                bytesAfter: try DataFile(directory: target).byteCount(),
                rows: digest.rows
            )
        } catch {
            if isMade {
                unsafe unlink("\(target)/\(DirectoryLock.fileName)")
                unsafe rmdir(target)
            }
            throw error
        }
    }

    /// The moments of a compaction at which a test may end the process.
    enum CompactionMoment: Int, CaseIterable {
        case begun
        case copied
        case compared
        case replaced
    }

    /// Replaces the file of a store that nobody uses by one without free pages.
    ///
    /// The new file is written beside the old one, synced, compared with it row by row, and then takes its name in one
    /// step. Whenever the process ends, the directory holds the old file or the new one, whole.
    ///
    /// - Throws: `.inUse` when a server has the store or somebody looks into it; `.corruption` when it is damaged;
    ///   `.diskFull` when there is no room for the copy; `.readOnly`, `.io`.
    package static func compact(directory: String) throws(StorageError) -> CopyReport {
        try compact(directory: directory) { _ in }
    }

    static func compact(
        directory: String,
        at moment: (CompactionMoment) -> Void
    ) throws(StorageError) -> CopyReport {
        let hold = try DirectoryHold(directory, .exclusive)
        // Looked at before the lock, whose file would be made in a directory that holds something else.
        _ = try DataFile(directory: directory)
        let lock = try DirectoryLock(directory: directory)
        defer { lock.release() }
        return try withExtendedLifetime(hold) { () throws(StorageError) in
            let snapshot = try StoreSnapshot(directory: directory, holding: false)
            let before = try StoreDigest(snapshot)
            let bytesBefore = try snapshot.file.byteCount()
            let copy = try NewDataFile(in: directory)
            moment(.begun)
            guard let observer = snapshot.observer else {
                preconditionFailure("A store in a directory has an observer.")
            }
            try copy.write(observer)
            moment(.copied)
            let after = try StoreSnapshot(file: copy.path)
            guard try StoreDigest(after) == before else {
                throw StorageError(.corruption, "The compacted copy differs from the store, which stays as it is.")
            }
            moment(.compared)
            try copy.resemble(snapshot.file.path)
            try copy.replaceOld()
            moment(.replaced)
            return CopyReport(
                bytesBefore: bytesBefore,
                bytesAfter: try after.file.byteCount(),
                rows: before.rows
            )
        }
    }
}
