import RoostStorage

/// Reconciling `exports` maps with what exists.
///
/// First every script's own classes, then what is expected from other scripts, then what is handed over: so both sides
/// of a transfer may be deployed at once, in any order.
extension MigrationPlanner {
    mutating func reconcileExports() {
        let scripts = deployment.scripts.compactMap { script -> (DeployedScript, [ClassExport])? in
            switch script.lifecycle {
            case .exports(let entries): return (script, entries)
            // A script that had a map is held against an empty one: its classes are not forgotten in silence.
            case .undeclared: return self[script.name].usesExports ? (script, []) : nil
            case .migrations: return nil
            }
        }
        for (script, entries) in scripts {
            self[script.name].usesExports = true
            for entry in entries { retire(entry, in: script, entries) }
            for entry in entries { keep(entry, in: script) }
        }
        // What is not wanted any more must not stand in the way of another script.
        for (script, entries) in scripts where !self[script.name].expected.isEmpty {
            self[script.name].expected = self[script.name].expected.filter { name, source in
                entries.contains {
                    if case .expectingTransfer(_, source) = $0.state { $0.name == name } else { false }
                }
            }
        }
        for (script, entries) in scripts { expect(entries, in: script) }
        for (script, entries) in scripts {
            for entry in entries { handOver(entry, in: script) }
        }
        for (script, entries) in scripts { checkCovered(entries, in: script) }
    }

    // MARK: Renamed and deleted

    private mutating func retire(_ entry: ClassExport, in script: DeployedScript, _ entries: [ClassExport]) {
        let key = ClassKey(script: script.name, name: entry.name)
        switch entry.state {
        case .live, .expectingTransfer, .transferred: return
        case .deleted:
            guard self[script.name].classes[entry.name] != nil else { return stale(key, entry) }
            delete(key, entry)
        case .renamed(let target):
            guard let storage = self[script.name].classes[entry.name] else { return stale(key, entry) }
            rename(key, to: target, storage, entry, entries)
        }
    }

    private mutating func delete(_ key: ClassKey, _ entry: ClassExport) {
        if program?[key.name] != nil {
            problem(
                .deletedClassInCode,
                "The class \(key.name) is to be deleted but is still compiled into this program.",
                fix: "Remove the class from the program first; a deletion cannot be undone.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
        }
        let binders = deployment.scripts.filter { $0.bindings.contains { $0.target == key } }.map(\.name)
        if !binders.isEmpty {
            problem(
                .deletedClassBound,
                "The class \(key.name) is to be deleted but is still bound by \(binders.joined(separator: ", ")).",
                fix: "Remove those bindings first.",
                script: key.script,
                className: key.name,
                at: entry.location,
                referencingScripts: binders.filter { $0 != key.script }
            )
        }
        step(.delete(key), at: entry.location)
        self[key.script].delete(key.name)
    }

    private mutating func rename(
        _ key: ClassKey,
        to target: String,
        _ storage: StorageKind,
        _ entry: ClassExport,
        _ entries: [ClassExport]
    ) {
        if self[key.script].classes[target] != nil {
            return problem(
                .renamedToOccupied,
                "The class \(key.name) is to be renamed to \(target), but a class of that name exists.",
                fix: "Delete or rename \(target) first, or choose another name.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
        }
        guard canBeNamed(ClassKey(script: key.script, name: target), at: entry.location) else { return }
        if !entries.contains(where: { if case .live = $0.state { $0.name == target } else { false } }) {
            problem(
                .renamedToUndeclared,
                "The class \(key.name) is to be renamed to \(target), which has no live entry in `exports`.",
                fix: "Add \(target) with `type = \"durable-object\"` and `storage = \"\(storage.configurationName)\"`.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
        }
        noteStillInCode(key, entry)
        step(.rename(key, to: ClassKey(script: key.script, name: target)), at: entry.location)
        self[key.script].move(key.name, to: ClassKey(script: key.script, name: target))
        self[key.script].add(target, storage)
    }

    private mutating func noteStillInCode(_ key: ClassKey, _ entry: ClassExport) {
        guard program?[key.name] != nil else { return }
        let message = "The class is still in the program; it may stay there until the next one is deployed."
        plan.notices.append(MigrationNotice("tombstone_class_still_in_code", key, message, at: entry.location))
    }

    private mutating func stale(_ key: ClassKey, _ entry: ClassExport) {
        let message = "The entry has done its work; it may be removed."
        plan.notices.append(MigrationNotice("stale_tombstone", key, message, at: entry.location))
        plan.removable.append(key)
    }

    // MARK: Live

    private mutating func keep(_ entry: ClassExport, in script: DeployedScript) {
        guard case .live(let storage) = entry.state else { return }
        let key = ClassKey(script: script.name, name: entry.name)
        guard let existing = self[script.name].classes[entry.name] else {
            if let source = self[script.name].expected[entry.name] {
                return problem(
                    .transferStillPending,
                    "The class \(entry.name) is still expected from \"\(source)\"; now it would begin without its objects.",
                    fix: "Keep `state = \"expecting-transfer\"` until \"\(source)\" has handed it over.",
                    script: script.name,
                    className: entry.name,
                    at: entry.location
                )
            }
            if storage == .keyValue {
                let message = "New classes with legacy-kv storage exist here only; the origin creates none any more."
                plan.notices.append(MigrationNotice("legacy_kv_class", key, message, at: entry.location))
            }
            guard canBeNamed(key, at: entry.location) else { return }
            step(.create(key, storage), at: entry.location)
            self[script.name].add(entry.name, storage)
            return
        }
        adapt(key, from: existing, to: storage, entry)
    }

    private mutating func adapt(
        _ key: ClassKey,
        from existing: StorageKind,
        to wanted: StorageKind,
        _ entry: ClassExport
    ) {
        switch (existing, wanted) {
        case (.keyValue, .keyValue), (.sql, .sql): return
        case (.keyValue, .sql):
            step(.enableSQL(key), at: entry.location)
            self[key.script].classes[key.name] = .sql
        case (.sql, .keyValue):
            problem(
                .storageTypeMismatch,
                "The class \(key.name) has sqlite storage, which cannot become legacy-kv.",
                fix: "Set `storage = \"sqlite\"`.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
        }
    }

    // MARK: Transfers

    private mutating func expect(_ entries: [ClassExport], in script: DeployedScript) {
        var wanted: [String: String] = [:]
        for entry in entries {
            guard case .expectingTransfer(_, let source) = entry.state else { continue }
            let key = ClassKey(script: script.name, name: entry.name)
            let from = ClassKey(script: source, name: entry.name)
            if self[script.name].classes[entry.name] != nil {
                alreadyHere(key, from: from, entry)
            } else if checkSource(from, of: key, entry) {
                wanted[entry.name] = source
                guard self[script.name].expected[entry.name] != source else { continue }
                step(.expectTransfer(key, from: from), at: entry.location)
            }
        }
        self[script.name].expected = wanted
    }

    private mutating func alreadyHere(_ key: ClassKey, from: ClassKey, _ entry: ClassExport) {
        if plan.history.current(from) == key {
            let message = "The class has come from \"\(from.script)\"; set `state` to created."
            plan.notices.append(MigrationNotice("transfer_receive_already_applied", key, message, at: entry.location))
            return
        }
        problem(
            .transferTargetExists,
            "The class \(key.name) is expected from \"\(from.script)\", but \"\(key.script)\" has a class of that name.",
            fix: "Delete or rename that one first.",
            script: key.script,
            className: key.name,
            at: entry.location
        )
    }

    private mutating func checkSource(_ source: ClassKey, of key: ClassKey, _ entry: ClassExport) -> Bool {
        if source.script == key.script || !isKnown(script: source.script) {
            problem(
                .transferSourceMissing,
                source.script == key.script
                    ? "The class \(key.name) cannot come from its own script."
                    : "The class \(key.name) is expected from \"\(source.script)\", which nobody knows.",
                fix: "Check `transfer_from`; the script must be in the store already, or in this deployment.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
            return false
        }
        if plan.history.storage(of: source) == nil {
            problem(
                .transferSourceClassMissing,
                "The class \(key.name) is expected from \"\(source.script)\", which has no class of that name.",
                fix: "Check the name; a transfer keeps it.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
            return false
        }
        let others = plan.history.scripts.filter {
            $0.key != key.script && $0.value.expected[key.name] == source.script
        }
        if let other = others.keys.min() {
            problem(
                .transferDuplicate,
                "The class \(key.name) of \"\(source.script)\" is expected by \"\(other)\" already.",
                fix: "Let one script expect it.",
                script: key.script,
                className: key.name,
                at: entry.location
            )
            return false
        }
        return true
    }

    private mutating func handOver(_ entry: ClassExport, in script: DeployedScript) {
        guard case .transferred(let receiver) = entry.state else { return }
        let key = ClassKey(script: script.name, name: entry.name)
        let target = ClassKey(script: receiver, name: entry.name)
        guard let storage = self[script.name].classes[entry.name] else { return stale(key, entry) }
        guard isKnown(script: receiver), receiver != script.name else {
            return problem(
                .transferTargetMissing,
                receiver == script.name
                    ? "The class \(key.name) cannot go to its own script."
                    : "The class \(key.name) is to go to \"\(receiver)\", which nobody knows.",
                fix: "Check `transferred_to`; deploy the receiving script first.",
                script: script.name,
                className: key.name,
                at: entry.location
            )
        }
        if self[receiver].classes[entry.name] != nil {
            return problem(
                .transferTargetExists,
                "The class \(key.name) is to go to \"\(receiver)\", which has a class of that name.",
                fix: "Delete or rename that one first, and let \"\(receiver)\" expect the transfer.",
                script: script.name,
                className: key.name,
                at: entry.location
            )
        }
        guard self[receiver].expected[entry.name] == script.name else {
            return notExpected(key, receiver: receiver, entry)
        }
        let expectedStorage = deployment.script(named: receiver).flatMap { script -> StorageKind? in
            guard case .exports(let entries) = script.lifecycle else { return nil }
            return entries.first { $0.name == entry.name }?.storage
        }
        noteStillInCode(key, entry)
        step(.transfer(key, to: target), at: entry.location)
        self[script.name].move(entry.name, to: target)
        self[receiver].add(entry.name, storage)
        if let expectedStorage { adapt(target, from: storage, to: expectedStorage, entry) }
    }

    private mutating func notExpected(_ key: ClassKey, receiver: String, _ entry: ClassExport) {
        let other = self[receiver].expected[key.name]
        problem(
            other == nil ? .pendingNotFound : .transferTargetMismatch,
            other.map { "The class \(key.name) is to go to \"\(receiver)\", which expects it from \"\($0)\"." }
                ?? "The class \(key.name) is to go to \"\(receiver)\", which does not expect it.",
            fix:
                "Deploy \"\(receiver)\" with `state = \"expecting-transfer\"` and `transfer_from = \"\(key.script)\"` first.",
            script: key.script,
            className: key.name,
            at: entry.location
        )
    }

    // MARK: Coverage

    private mutating func checkCovered(_ entries: [ClassExport], in script: DeployedScript) {
        let names = Set(entries.map(\.name))
        for name in self[script.name].classes.keys.sorted() where !names.contains(name) {
            let isRenameTarget = entries.contains { $0.state == .renamed(to: name) }
            guard !isRenameTarget else { continue }
            problem(
                .classMissingFromConfig,
                "The store has a class \(name) of \"\(script.name)\" that `exports` does not mention.",
                fix: "Add an entry for it; to delete it with all its objects, one with `state = \"deleted\"`.",
                script: script.name,
                className: name
            )
        }
        for name in (program ?? [:]).keys.sorted() where !names.contains(name) {
            let key = ClassKey(script: script.name, name: name)
            let message = "The class is in the program but not in `exports`; it is not used."
            plan.notices.append(MigrationNotice("code_class_not_in_exports", key, message))
        }
    }
}
