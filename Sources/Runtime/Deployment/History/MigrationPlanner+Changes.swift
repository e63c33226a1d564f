import RoostStorage

/// Applying new migrations, of all scripts together.
extension MigrationPlanner {
    /// What still has to be applied of one script.
    private struct Queue {
        let script: String
        var changes: [(tag: String, entry: ClassMigration.Entry)] = []
        var next = 0
    }

    /// Applies what was not applied yet.
    ///
    /// A transfer may need a class that another script's migrations create first. So each script goes on until it
    /// would need such a class, then the next one has its turn, until nobody gets any further.
    mutating func applyMigrations() {
        var queues: [Queue] = []
        for script in deployment.scripts {
            checkLifecycle(of: script)
            var queue = Queue(script: script.name)
            for migration in pendingMigrations(of: script) {
                queue.changes += migration.entries.map { (migration.tag, $0) }
                self[script.name].tags.append(
                    ScriptHistory.AppliedTag(tag: migration.tag, changes: migration.changes)
                )
            }
            queues.append(queue)
        }
        // Each round applies at least one change of those that are left.
        for _ in 0...queues.reduce(0, { $0 + $1.changes.count }) {
            var moved = false
            for place in queues.indices { moved = advance(&queues[place], force: false) || moved }
            guard !moved else { continue }
            guard let stuck = queues.firstIndex(where: { $0.next < $0.changes.count }) else { return }
            _ = advance(&queues[stuck], force: true)
        }
    }

    /// Applies changes until one has to wait.
    ///
    /// - Parameter force: The first one need not wait: nobody else gets any further.
    private mutating func advance(_ queue: inout Queue, force: Bool) -> Bool {
        let start = queue.next
        var force = force
        while queue.next < queue.changes.count {
            let (tag, entry) = queue.changes[queue.next]
            if !force, mustWait(entry.change, of: queue.script) { break }
            force = false
            apply(entry.change, script: queue.script, tag: tag, at: entry.location)
            queue.next += 1
        }
        return queue.next > start
    }

    private func mustWait(_ change: ClassChange, of script: String) -> Bool {
        guard case .transfer(let from, let source, _) = change, source != script else { return false }
        return self[source].classes[from] == nil && deployment.script(named: source) != nil
    }

    private mutating func checkLifecycle(of script: DeployedScript) {
        let history = self[script.name]
        switch script.lifecycle {
        case .exports: break
        case .migrations(let list):
            guard history.usesExports, !list.isEmpty else { break }
            problem(
                .exportsAreFinal,
                "The classes of \"\(script.name)\" are declared by `exports` in the store; there is no way back to `migrations`.",
                fix: "Declare them by `exports`, as before.",
                script: script.name,
                at: list.first?.location
            )
        case .undeclared:
            guard !history.tags.isEmpty, !history.usesExports else { break }
            problem(
                .tagRemoved,
                "The migrations of \"\(script.name)\" were applied to the store but are not in the configuration any more.",
                fix: "Put them back, or declare the classes by `exports`.",
                script: script.name
            )
        }
    }

    private mutating func apply(_ change: ClassChange, script: String, tag: String, at location: DeploymentLocation?) {
        switch change {
        case .create(let name, let storage):
            create(name, storage, change, script: script, tag: tag, at: location)
        case .rename(let from, let to):
            rename(from, to: to, change, script: script, tag: tag, at: location)
        case .delete(let name):
            guard exists(name, change, script: script, at: location) else { return }
            step(.delete(ClassKey(script: script, name: name)), tag: tag, at: location)
            self[script].delete(name)
        case .transfer(let from, let source, let to):
            transfer(ClassKey(script: source, name: from), to: to, script: script, tag: tag, at: location)
        case .enableSQL(let name):
            guard exists(name, change, script: script, at: location) else { return }
            // What a script that is not here gave it, nobody knows; afterwards it has SQL in any case.
            let isAssumed = assumed.remove(ClassKey(script: script, name: name)) != nil
            guard isAssumed || self[script].classes[name] != .sql else {
                return problem(
                    .alreadySQL,
                    "Cannot apply enable_sqlite_classes migration to class \(name), which has SQLite storage already",
                    fix: "Take \(name) out of enable_sqlite_classes.",
                    script: script,
                    className: name,
                    at: location
                )
            }
            step(.enableSQL(ClassKey(script: script, name: name)), tag: tag, at: location)
            self[script].classes[name] = .sql
        }
    }

    private mutating func create(
        _ name: String,
        _ storage: StorageKind,
        _ change: ClassChange,
        script: String,
        tag: String,
        at location: DeploymentLocation?
    ) {
        guard canBeNamed(ClassKey(script: script, name: name), at: location) else { return }
        if let existing = self[script].classes[name] {
            let fix =
                storage == .sql && existing == .keyValue
                ? "To give \(name) SQLite storage and keep its objects, list it in `enable_sqlite_classes` instead."
                : "Take \(name) out of \(change.key); renames and transfers create their targets themselves."
            return problem(
                .classExists,
                "Cannot apply \(change.key) migration to existing class \(name)",
                fix: fix,
                script: script,
                className: name,
                at: location
            )
        }
        step(.create(ClassKey(script: script, name: name), storage), tag: tag, at: location)
        self[script].add(name, storage)
    }

    private mutating func rename(
        _ from: String,
        to: String,
        _ change: ClassChange,
        script: String,
        tag: String,
        at location: DeploymentLocation?
    ) {
        let target = ClassKey(script: script, name: to)
        guard canBeNamed(target, at: location) else { return }
        guard exists(from, change, script: script, at: location), let storage = self[script].classes[from] else {
            // As if it had been there: what follows speaks of the new name.
            if self[script].classes[to] == nil { self[script].add(to, .sql) }
            return
        }
        guard self[script].classes[to] == nil else { return occupied(target, change.key, at: location) }
        step(.rename(ClassKey(script: script, name: from), to: target), tag: tag, at: location)
        self[script].move(from, to: target)
        self[script].add(to, storage)
        if assumed.remove(ClassKey(script: script, name: from)) != nil { assumed.insert(target) }
    }

    private mutating func transfer(
        _ source: ClassKey,
        to: String,
        script: String,
        tag: String,
        at location: DeploymentLocation?
    ) {
        let target = ClassKey(script: script, name: to)
        guard canBeNamed(target, at: location) else { return }
        guard self[script].classes[to] == nil else { return occupied(target, "transferred_classes", at: location) }
        guard let storage = plan.history.storage(of: source) else {
            if !(assumesTransfers && deployment.script(named: source.script) == nil) {
                missingSource(source, script: script, at: location)
            } else {
                step(.transfer(source, to: target), tag: tag, at: location)
            }
            // As if it had been there.
            self[script].add(to, .sql)
            assumed.insert(target)
            return
        }
        step(.transfer(source, to: target), tag: tag, at: location)
        self[source.script].move(source.name, to: target)
        self[script].add(to, storage)
    }

    /// Whether a store can write a class's name down; if not, says so.
    mutating func canBeNamed(_ key: ClassKey, at location: DeploymentLocation?) -> Bool {
        // A new class's ids begin with both, and with a number where that was given before.
        let bytes = key.script.utf8.count + key.name.utf8.count + Self.bytesAroundNames
        let isWritable = !key.name.utf8.contains(0)
        guard key.name.isEmpty || !isWritable || bytes > StorageLimits.classTextBytes else { return true }
        let reason =
            key.name.isEmpty ? "is empty" : isWritable ? "is too long, with that of its script" : "contains a zero byte"
        problem(
            .classNameInvalid,
            "The name of a class of \"\(key.script)\" \(reason).",
            fix: "Write the name of a class, as the program has it.",
            script: key.script,
            className: key.name,
            at: location
        )
        return false
    }

    /// What stands between and after the names of script and class in the seed of a class's ids.
    private static let bytesAroundNames = 8

    private mutating func missingSource(_ source: ClassKey, script: String, at location: DeploymentLocation?) {
        guard isKnown(script: source.script) else {
            return problem(
                .sourceScriptMissing,
                "Cannot apply transferred_classes migration: there is no script \"\(source.script)\"",
                fix: "Check `from_script`; the script must be in the store already, or in this deployment.",
                script: script,
                className: source.name,
                at: location
            )
        }
        problem(
            .classMissing,
            "Cannot apply transferred_classes migration to non-existent class \(source.name) of \"\(source.script)\"",
            fix: fix(forMissing: source),
            script: script,
            className: source.name,
            at: location
        )
    }

    private mutating func occupied(_ target: ClassKey, _ key: String, at location: DeploymentLocation?) {
        problem(
            .targetOccupied,
            "Cannot apply \(key) migration onto existing class \(target.name)",
            fix: "Delete or rename \(target.name) in an earlier migration, or choose another name.",
            script: target.script,
            className: target.name,
            at: location
        )
    }

    private mutating func exists(
        _ name: String,
        _ change: ClassChange,
        script: String,
        at location: DeploymentLocation?
    ) -> Bool {
        guard self[script].classes[name] == nil else { return true }
        problem(
            .classMissing,
            "Cannot apply \(change.key) migration to non-existent class \(name)",
            fix: fix(forMissing: ClassKey(script: script, name: name)),
            script: script,
            className: name,
            at: location
        )
        return false
    }

    /// Up to how many classes a message names them all.
    private static let namesShown = 32

    /// What became of a class that is not there.
    private func fix(forMissing key: ClassKey) -> String {
        let history = self[key.script]
        if let target = plan.history.current(key) {
            let place = target.script == key.script ? target.name : "\(target.name) of \"\(target.script)\""
            return "\(key.name) became \(place) in an earlier migration; name that one."
        }
        if history.deleted.contains(key.name) {
            return "\(key.name) was deleted in an earlier migration; name another."
        }
        guard history.classes.count <= Self.namesShown else { return "Check the spelling." }
        let names = history.classes.keys.sorted()
        guard !names.isEmpty else { return "No class exists at this point; check the order of the migrations." }
        return "Check the spelling; the classes at this point are \(names.joined(separator: ", "))."
    }
}
