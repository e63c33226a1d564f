import RoostStorage

/// Holding bindings and the program against the classes there will be.
extension MigrationPlanner {
    mutating func checkBindings() {
        for script in deployment.scripts {
            var classes: [String: ObjectBinding] = [:]
            for binding in script.bindings {
                if let other = classes[binding.name] {
                    disagree(binding, other, script: script.name)
                } else {
                    classes[binding.name] = binding
                }
                check(binding, of: script)
            }
        }
    }

    private mutating func disagree(_ binding: ObjectBinding, _ other: ObjectBinding, script: String) {
        let first = other.location.map { " (first at \($0))" } ?? ""
        problem(
            .bindingsDisagree,
            "\(binding.name) assigned to multiple Durable Object bindings\(first): \(other.target) and \(binding.target).",
            fix: "Give each binding a name of its own.",
            script: script,
            className: binding.className,
            at: binding.location
        )
    }

    private mutating func check(_ binding: ObjectBinding, of script: DeployedScript) {
        let target = binding.target
        let history = self[target.script]
        if history.classes[target.name] != nil { return }
        if let source = history.expected[target.name] {
            // Until the class has come, its objects are where they were.
            return notice(
                "binding_to_expected_class",
                target,
                "is reached in \"\(source)\" until it is transferred.",
                binding
            )
        }
        if history.deleted.contains(target.name) { return boundToDeleted(binding, of: script) }
        if let current = plan.history.current(target) {
            guard target.script == script.name else {
                return notice("binding_forwarded", target, "is \(current) now; the binding follows it.", binding)
            }
            return boundToMoved(binding, current: current, of: script)
        }
        guard isKnown(script: target.script) else {
            let message = "belongs to \"\(target.script)\", which is not part of this deployment [not connected]."
            return notice("script_not_connected", target, message, binding)
        }
        // Nothing the store knows; the configuration may say why.
        switch entry(for: target) {
        case .deleted: boundToDeleted(binding, of: script)
        case .renamed(let name):
            boundToMoved(binding, current: ClassKey(script: target.script, name: name), of: script)
        case .transferred(let receiver):
            boundToMoved(binding, current: ClassKey(script: receiver, name: target.name), of: script)
        case .live, .expectingTransfer, nil: neverCreated(binding, of: script)
        }
    }

    /// What an `exports` map says about a class that the store has never had.
    private func entry(for key: ClassKey) -> ClassExport.State? {
        guard case .exports(let entries) = deployment.script(named: key.script)?.lifecycle else { return nil }
        return entries.first { $0.name == key.name }?.state
    }

    private mutating func notice(_ scenario: String, _ key: ClassKey, _ message: String, _ binding: ObjectBinding) {
        plan.notices.append(
            MigrationNotice(scenario, key, "The class of binding \(binding.name) \(message)", at: binding.location)
        )
    }

    private mutating func boundToDeleted(_ binding: ObjectBinding, of script: DeployedScript) {
        // The reconciliation of `exports` has reported bindings to what it deletes.
        let isReported = plan.problems.contains {
            $0.code == .deletedClassBound && $0.className == binding.className && $0.script == binding.script
        }
        guard !isReported else { return }
        problem(
            .bindingToDeletedClass,
            "The binding \(binding.name) was left on class \(binding.className), which is deleted.",
            fix: "Remove the binding, or do not delete the class.",
            script: script.name,
            className: binding.className,
            at: binding.location
        )
    }

    private mutating func boundToMoved(_ binding: ObjectBinding, current: ClassKey, of script: DeployedScript) {
        let isHere = current.script == script.name
        let place =
            isHere ? "was renamed to \(current.name)" : "was transferred to \"\(current.script)\" as \(current.name)"
        let more = isHere ? "" : " and `script_name = \"\(current.script)\"`"
        problem(
            .bindingToMovedClass,
            "The binding \(binding.name) was left on class \(binding.className), which \(place).",
            fix: "Set `class_name = \"\(current.name)\"`\(more).",
            script: script.name,
            className: binding.className,
            at: binding.location
        )
    }

    private mutating func neverCreated(_ binding: ObjectBinding, of script: DeployedScript) {
        let owner = deployment.script(named: binding.script)
        let name = binding.className
        let fix =
            switch owner?.lifecycle {
            case .exports:
                "Add it to `exports` with `type = \"durable-object\"` and `storage = \"sqlite\"`."
            case .migrations(let list) where !list.isEmpty:
                "Add a migration at the end with `new_sqlite_classes = [\"\(name)\"]`."
            case .migrations, .undeclared, nil:
                "Add a migration, for example `tag = \"v1\"` with `new_sqlite_classes = [\"\(name)\"]`."
            }
        let place = binding.script == script.name ? "" : " of \"\(binding.script)\""
        problem(
            .classNeverCreated,
            "The class \(name)\(place) is bound as \(binding.name) but was never created.",
            fix: fix,
            script: script.name,
            className: name,
            at: binding.location
        )
    }

    // MARK: The program

    mutating func checkProgram() {
        guard let program else { return }
        let compiled = program.keys.sorted().joined(separator: ", ")
        for script in deployment.scripts {
            let places = places(in: script)
            for (name, storage) in self[script.name].classes.sorted(by: { $0.key < $1.key }) {
                let location = places[name]
                guard let uses = program[name] else {
                    let isExports = if case .exports = script.lifecycle { true } else { false }
                    problem(
                        isExports ? .classNotInCode : .classNotCompiled,
                        "The class \(name) is declared but not compiled into this program.",
                        fix: compiled.isEmpty
                            ? "Register it; this program has no classes." : "Register it, or use one of: \(compiled).",
                        script: script.name,
                        className: name,
                        at: location
                    )
                    continue
                }
                if uses == .sql, storage == .keyValue { sqlWithoutStorage(name, script, at: location) }
            }
        }
    }

    private mutating func sqlWithoutStorage(_ name: String, _ script: DeployedScript, at location: DeploymentLocation?)
    {
        let key = ClassKey(script: script.name, name: name)
        let isNew = plan.steps.contains { $0.action == .create(key, .keyValue) }
        let fix =
            if case .exports = script.lifecycle {
                "Set `storage = \"sqlite\"`; its objects keep their keys."
            } else if isNew {
                "List it in `new_sqlite_classes` instead."
            } else {
                "Add a migration at the end with `enable_sqlite_classes = [\"\(name)\"]`; its objects keep their keys."
            }
        problem(
            .sqlWithoutStorage,
            "The class \(name) uses SQL but has legacy-kv storage, which gives it keys and values only.",
            fix: fix,
            script: script.name,
            className: name,
            at: location
        )
    }

    /// Where a script says that its classes exist.
    func places(in script: DeployedScript) -> [String: DeploymentLocation] {
        var places: [String: DeploymentLocation] = [:]
        switch script.lifecycle {
        case .undeclared: break
        case .exports(let entries):
            for entry in entries { places[entry.name] = entry.location }
        case .migrations(let list):
            for entry in list.flatMap(\.entries) {
                switch entry.change {
                case .create(let name, _), .rename(_, to: let name), .transfer(_, _, to: let name):
                    places[name] = entry.location
                case .delete, .enableSQL: continue
                }
            }
        }
        return places
    }
}
