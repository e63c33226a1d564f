import RoostStorage

/// What to do about class migrations that are not applied yet.
public enum PendingMigrations: Sendable, Hashable {
    /// They are applied.
    case apply

    /// The start is refused when data would be touched; a script that the store has never had gets its first classes.
    case refuse
}

extension Roost {
    /// Brings the store to a deployment and makes its classes known, each under the script and the name it has there.
    ///
    /// To be called once, in place of ``register(_:name:storage:)`` and before anything else. Where two scripts have a
    /// class of one name, ``objects(of:)`` gives that of the first script.
    ///
    /// - Parameters:
    ///   - deployment: What is wanted.
    ///   - classes: What is compiled into the program.
    ///   - pending: What to do about migrations that are not applied yet.
    ///   - allowed: Names of classes that may be deleted with their objects.
    /// - Returns: What was done.
    /// - Throws: ``MigrationError``; its message says how to go on.
    @discardableResult
    public func deploy(
        _ deployment: Deployment,
        classes: [CompiledClass],
        pending: PendingMigrations = .apply,
        allowingDeletionOf allowed: Set<String> = []
    ) throws(MigrationError) -> MigrationPlan {
        let migrator = ClassMigrator(store: store, mutations: mutations)
        let plan = try migrator.plan(for: deployment, program: classes.program)
        guard plan.problems.isEmpty else { throw .impossible(plan.problems) }
        if pending == .refuse, plan.touchesData { throw .pending(plan) }
        try migrator.apply(plan, allowingDeletionOf: allowed)
        do throws(StorageError) {
            // However much it is, the start does not wait for it.
            if try store.hasDeletedClasses() { try store.beginReclaimingDeletedClasses() }
        } catch {
            // What is left takes room and does no other harm, and the next start goes on with it.
            guard store.status == .ok else { throw MigrationError(error) }
        }
        let compiled = Dictionary(classes.map { ($0.name, $0) }) { first, _ in first }
        for script in deployment.scripts {
            for name in (plan.history.scripts[script.name]?.classes ?? [:]).keys.sorted() {
                do throws(RoostError) {
                    try compiled[name]?.register(self, ClassKey(script: script.name, name: name))
                } catch {
                    throw MigrationError(.registrationFailed, error.message, underlying: error.underlying)
                }
            }
        }
        return plan
    }

    /// Refuses to make a class beside those that migrations have made: nobody would know of it.
    func requireUnmanaged(_ key: ClassKey) throws(RoostError) {
        let history: ClassHistory
        do throws(StorageError) {
            guard let record = try store.classHistory() else { return }
            history = try ClassHistory(record: record, classes: store.classes())
        } catch {
            throw RoostError(error)
        }
        guard history.format <= ClassHistory.newestFormat else {
            throw RoostError(
                .classConflict,
                "The store was migrated by a newer program. Run that one, or restore a backup made before it was started."
            )
        }
        guard let script = history.scripts[key.script], !script.tags.isEmpty || script.usesExports else { return }
        let fix =
            if let current = history.current(key) {
                "It became \(current) in a migration; register it under that name."
            } else if script.deleted.contains(key.name) {
                "It was deleted by a migration; add another one that creates it."
            } else {
                "Add one with `new_sqlite_classes = [\"\(key.name)\"]`, or register one of those there are: "
                    + "\(script.classes.keys.sorted().joined(separator: ", "))."
            }
        throw RoostError(.classConflict, "No migration of \"\(key.script)\" has made the class \(key.name). \(fix)")
    }
}
