import RoostStorage

/// Classes that a store had before anybody wrote their migrations down.
extension MigrationPlanner {
    /// Takes migrations as applied whose outcome a store has although it remembers none.
    ///
    /// A program may have registered its classes itself, without any configuration. When its first configuration comes
    /// along, the beginning of the list of migrations that explains exactly the classes that are there counts as
    /// applied. Where no beginning does, one will do that explains these and says that there should be more.
    mutating func adoptClasses() {
        for script in deployment.scripts {
            guard case .migrations(let listed) = script.lifecycle else { continue }
            let history = self[script.name]
            let isUntold = history == ScriptHistory(classes: history.classes)
            guard isUntold, !history.classes.isEmpty, let found = beginning(of: listed, for: script.name) else {
                continue
            }
            let missing = found.classes.filter { history.classes[$0.key] == nil }
            for (name, storage) in missing.sorted(by: { $0.key < $1.key }) {
                step(.create(ClassKey(script: script.name, name: name), storage), tag: found.tags.last?.tag, at: nil)
            }
            self[script.name] = found
            for name in history.classes.keys.sorted() {
                plan.notices.append(
                    MigrationNotice(
                        "class_adopted",
                        ClassKey(script: script.name, name: name),
                        "The class was there before its migrations were recorded; those up to "
                            + "\"\(found.tags.last?.tag ?? "")\" are taken as applied."
                    )
                )
            }
        }
    }

    /// The longest beginning that leads to exactly the classes there are, else the shortest that leads to these and
    /// others.
    private func beginning(of listed: [ClassMigration], for script: String) -> ScriptHistory? {
        let existing = self[script].classes
        var exact: ScriptHistory?
        var more: ScriptHistory?
        var history = ScriptHistory()
        for migration in listed {
            for change in migration.changes {
                guard history.replay(change, of: script) else { return exact ?? more }
            }
            history.tags.append(ScriptHistory.AppliedTag(tag: migration.tag, changes: migration.changes))
            if history.classes == existing {
                exact = history
            } else if more == nil, existing.allSatisfy({ history.classes[$0.key] == $0.value }) {
                more = history
            }
        }
        return exact ?? more
    }
}

extension ScriptHistory {
    /// Does what a change says, without a step; answers `false` where that cannot be told from this script alone.
    fileprivate mutating func replay(_ change: ClassChange, of script: String) -> Bool {
        switch change {
        case .create(let name, let storage):
            guard classes[name] == nil else { return false }
            add(name, storage)
        case .rename(let from, let to):
            guard let storage = classes[from], classes[to] == nil else { return false }
            move(from, to: ClassKey(script: script, name: to))
            add(to, storage)
        case .delete(let name):
            guard classes[name] != nil else { return false }
            delete(name)
        case .enableSQL(let name):
            guard classes[name] == .keyValue else { return false }
            classes[name] = .sql
        case .transfer: return false
        }
        return true
    }
}
