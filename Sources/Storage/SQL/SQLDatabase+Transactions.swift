import CSQLite

extension SQLDatabase {
    /// Begins the turn's transaction unless it is begun.
    func beginIfNeeded() throws(SQLError) {
        guard !connection.isTransactionOpen else { return }
        try connection.run(ownStatement("BEGIN"))
        connection.isTransactionOpen = true
    }

    /// Makes the savepoints that were asked for before anything was written: now something is.
    func makeSavepoints() throws(SQLError) {
        while madeSavepoints < savepoints.count {
            try connection.run(ownStatement("SAVEPOINT \(Self.name(savepoints[madeSavepoints]))"))
            madeSavepoints += 1
        }
    }

    /// Commits the turn's changes, which writes changed pages to the page store; does nothing when there are none.
    ///
    /// When it throws, the error is critical: the changes are gone, and the page store may hold a part of them.
    package func flush() throws(SQLError) {
        if let criticalError { throw criticalError }
        guard connection.isTransactionOpen else { return }
        savepoints = []
        madeSavepoints = 0
        do throws(SQLError) {
            try connection.run(ownStatement("COMMIT"))
            connection.isTransactionOpen = false
        } catch {
            if error.isCritical { throw error }
            // The transaction is still open: a deferred constraint does not hold, or a page could not be written.
            // There is no way to go on with half a turn.
            let isViolation = error.code == SQLITE_CONSTRAINT
            let critical = connection.fail(isViolation ? .violatedAtCommit(error) : error)
            connection.file.isDiscarded = true
            throw critical
        }
    }

    /// Begins a part of the turn that can be undone by itself.
    ///
    /// It costs nothing until something is written, and by itself begins no transaction.
    ///
    /// - Parameter depth: Its number, larger than those of the parts that are open.
    package func savepoint(_ depth: Int) throws(SQLError) {
        try connection.requireUsable()
        precondition(
            depth > savepoints.last ?? .min,
            "Savepoint \(depth) is inside \(savepoints): use a larger number."
        )
        savepoints.append(depth)
    }

    /// Undoes everything since the savepoint began, and ends it together with those inside it.
    ///
    /// Throws the critical error when the turn's changes are lost, because then there is nothing to go back to.
    package func rollback(to depth: Int) throws(SQLError) {
        try connection.requireUsable()
        try end(depth) { () throws(SQLError) in
            try connection.run(ownStatement("ROLLBACK TO \(Self.name(depth))"))
            try connection.run(ownStatement("RELEASE \(Self.name(depth))"))
        }
    }

    /// Keeps what was done since the savepoint began, and ends it together with those inside it.
    package func release(_ depth: Int) throws(SQLError) {
        if let criticalError { throw .commitAfterCriticalError(criticalError) }
        try connection.requireUsable()
        try end(depth) { () throws(SQLError) in
            try connection.run(ownStatement("RELEASE \(Self.name(depth))"))
        }
    }

    private func end(_ depth: Int, _ body: () throws(SQLError) -> Void) throws(SQLError) {
        guard let index = savepoints.firstIndex(of: depth) else {
            preconditionFailure("Savepoint \(depth) is not open, only \(savepoints) are: end each of them once.")
        }
        // Nothing was written in one that was not made, so there is nothing to undo or keep.
        if index < madeSavepoints { try body() }
        savepoints.removeSubrange(index...)
        madeSavepoints = min(madeSavepoints, index)
    }

    private static func name(_ depth: Int) -> String { "_cf_savepoint_\(depth)" }
}
