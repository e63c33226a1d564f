import RoostRuntime

/// One reading of one configuration, from bytes to a script.
///
/// The order of the work is the origin's: the top level is checked always, an environment only when it is asked for;
/// what an environment does not say it takes from the top, if the field is one of those that are inherited.
struct ConfigurationReader {
    let source: SourceText
    let environment: String?
    var list: FindingList
    /// What was read; nil when it could not be.
    private(set) var script: DeployedScript?
    private(set) var environments: [String] = []
    private var report = KeyReport()

    init(source: SourceText, environment: String?) {
        self.source = source
        self.environment = environment
        list = FindingList(source: source)
    }

    /// What one level says, as far as it can be used.
    private struct Level {
        var bindings: [DurableObjectsValidation.Binding] = []
        var migrations: [ClassMigration]?
        var exports: ExportsValidation.Result?
        var variables: [String: JSONValue] = [:]
        var namespaces: [KeyValueBinding] = []
    }

    mutating func read() {
        guard let root = parse() else { return }
        guard root.members != nil else {
            list.error("The configuration should be an object but got \(root.json).", at: root.offset)
            return
        }
        environments = (root["env"]?.members ?? []).map(\.key)
        if let value = root["env"], value.members == nil {
            list.error("The field \"env\" should be an object but got \(value.json).", at: value.offset)
        }
        let top = ConfigurationScope(environment: nil, raw: root, top: nil)
        var level = validate(top, inherited: nil)
        var scope = top
        if let environment {
            guard let (raw, isFound) = find(environment, in: root) else { return }
            scope = ConfigurationScope(environment: environment, raw: raw, top: isFound ? root : nil)
            if isFound {
                list.open("\"env.\(environment)\" environment configuration")
                level = validate(scope, inherited: level)
                list.close()
            }
        }
        BindingNames.validate(scope, &list)
        report.report(top, &list)
        if scope.top != nil { report.report(scope, &list) }
        script = makeScript(scope, level)
    }

    // MARK: Parsing

    private mutating func parse() -> LocatedValue? {
        do throws(SyntaxProblem) {
            guard String(validating: source.bytes, as: UTF8.self) != nil else {
                throw SyntaxProblem("The file is not UTF-8.", at: 0)
            }
            switch ConfigurationFormat(fileName: source.fileName) {
            case .toml:
                var parser = TOMLParser(source.bytes)
                return try parser.parse()
            case .json:
                var parser = JSONCParser(source.bytes)
                let value = try parser.parse()
                for (offset, key) in parser.duplicates {
                    list.warning("\"\(key)\" stands here and again further down; the last one counts.", at: offset)
                }
                return value
            case nil:
                throw SyntaxProblem("The file should be named wrangler.toml, wrangler.json or wrangler.jsonc.", at: 0)
            }
        } catch {
            list.error(error.message, at: error.offset)
            return nil
        }
    }

    /// The environment that was asked for.
    ///
    /// - Returns: Nil when it cannot be used. A file without any environments is read at its top level.
    private mutating func find(_ name: String, in root: LocatedValue) -> (LocatedValue, isFound: Bool)? {
        if let value = root["env"]?[name] {
            guard value.members != nil else {
                list.error("\"env.\(name)\" should be an object but got \(value.json).", at: value.offset)
                return nil
            }
            return (value, true)
        }
        let message = "No environment found in configuration with name \"\(name)\"."
        guard let value = root["env"] else {
            list.warning("\(message)\nThe top level is used in its place.", at: root.offset)
            return (root, false)
        }
        let names = LocatedValue(.array(environments.map { LocatedValue(.string($0), at: 0) }), at: 0).json
        list.error("\(message)\nThe available configured environment names are: \(names)", at: value.offset)
        return nil
    }

    // MARK: Checking

    private mutating func validate(_ scope: ConfigurationScope, inherited: Level?) -> Level {
        var level = Level()
        SettingsValidation.validate(scope, &list)
        level.variables = VariablesValidation.validate(scope, &list)
        level.bindings = DurableObjectsValidation.validate(scope, &list)
        level.migrations = MigrationsValidation.validate(scope.raw["migrations"], &list) ?? inherited?.migrations
        let exports = ExportsValidation.validate(scope.raw["exports"], &list)
        level.exports = exports ?? inherited?.exports
        level.namespaces = NamespacesValidation.validate(scope, &list)

        let migrations = scope.inherited("migrations")
        let exportsValue = scope.inherited("exports")
        LifecycleValidation.warnUndeclared(
            scope.raw["durable_objects"],
            migrations: migrations,
            exports: exportsValue,
            format: ConfigurationFormat(fileName: source.fileName) ?? .toml,
            &list
        )
        LifecycleValidation.refuseBoth(migrations: migrations, exports: exportsValue, at: scope.raw.offset, &list)
        ContainersValidation.validate(
            scope,
            exports: level.exports,
            worker: scope.inherited("name")?.string ?? "",
            isDeclaredElsewhere: isDeclaredElsewhere("containers", scope),
            &list
        )
        return level
    }

    /// Whether a field that is not inherited stands at another level.
    private func isDeclaredElsewhere(_ field: String, _ scope: ConfigurationScope) -> Bool {
        if let top = scope.top { return top[field] != nil }
        return (scope.raw["env"]?.members ?? []).contains { $0.value[field] != nil }
    }

    // MARK: The result

    private mutating func makeScript(_ scope: ConfigurationScope, _ level: Level) -> DeployedScript {
        let name = deployedName(scope)
        var script = DeployedScript(name: name, environment: environment)
        script.bindings = level.bindings.map { binding in
            ObjectBinding(
                name: binding.name,
                className: binding.className,
                script: owner(of: binding) ?? name,
                location: source.location(binding.offset)
            )
        }
        if let migrations = level.migrations, !migrations.isEmpty {
            script.lifecycle = .migrations(migrations)
        } else if let exports = level.exports, exports.hasObjects {
            script.lifecycle = .exports(exports.entries)
        }
        let declared = script.declared
        script.classes = declared.classes
        for problem in declared.problems {
            list.error("\(problem.message)\nFix: \(problem.fix)", location: problem.location)
        }
        script.variables = level.variables
        script.keyValueNamespaces = level.namespaces
        script.compatibility = SettingsValidation.compatibility(scope)
        script.limits = SettingsValidation.limits(scope)
        script.observability = SettingsValidation.observability(scope)
        if script.compatibility.date == nil, !list.hasErrors {
            list.note("There is no \"compatibility_date\"; the newest behaviour is used.", at: scope.raw.offset)
        }
        noteOldBehavior(script.compatibility, scope)
        return script
    }

    /// Objects always behave in the newest way; a file that asks for an older one is told so.
    private mutating func noteOldBehavior(_ settings: CompatibilitySettings, _ scope: ConfigurationScope) {
        let old = CompatibilityBehavior.all.filter { !settings.has($0) }
        guard !old.isEmpty, !list.hasErrors else { return }
        let isByFlag = old.allSatisfy { settings.flags.contains($0.disableFlag) }
        let cause = scope.inherited(isByFlag ? "compatibility_flags" : "compatibility_date")
        let names = old.map { LocatedValue.quoted($0.enableFlag) }.english
        list.note(
            "The behaviour from before \(names) is asked for; the newest one is used.",
            at: cause?.offset ?? scope.raw.offset
        )
    }

    private mutating func deployedName(_ scope: ConfigurationScope) -> String {
        if let own = scope.raw["name"]?.string, !own.isEmpty, scope.top != nil || environment == nil { return own }
        var name = (scope.top ?? scope.raw)["name"]?.string ?? ""
        if name.isEmpty {
            name = "worker"
            list.note("There is no \"name\"; the script is called \"worker\".", at: scope.raw.offset)
        }
        return environment.map { "\(name)-\($0)" } ?? name
    }

    /// The script that another one's environment is deployed as.
    private func owner(of binding: DurableObjectsValidation.Binding) -> String? {
        guard let script = binding.scriptName, !script.isEmpty else { return nil }
        return binding.environment.map { "\(script)-\($0)" } ?? script
    }

    // MARK: `.dev.vars`

    /// Reads the variables that are not to be written into the configuration; they take precedence over it.
    mutating func readVariables(_ bytes: [UInt8], fileName: String) {
        let isTooLarge = bytes.count > WranglerLimits.fileBytes
        let source = SourceText(bytes: isTooLarge ? [] : bytes, fileName: fileName)
        var list = FindingList(source: source)
        defer { self.list.append(list) }
        guard !isTooLarge else { return list.error("The file has more than \(WranglerLimits.fileBytes) bytes.", at: 0) }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            return list.error("The file is not UTF-8.", at: 0)
        }
        var parser = DevVarsParser(source.bytes)
        parser.parse()
        for problem in parser.problems { list.error(problem.message, at: problem.offset) }
        let namespaces = Set((script?.keyValueNamespaces ?? []).map(\.name))
        let objects = Set((script?.bindings ?? []).map(\.name))
        for entry in parser.entries {
            var kinds = ["Environment Variable"]
            if namespaces.contains(entry.name) { kinds.append("KV Namespace") }
            if objects.contains(entry.name) { kinds.append("Durable Object") }
            if kinds.count > 1 {
                list.error("\(entry.name) assigned to \(kinds.english) bindings.", at: entry.offset)
            }
            script?.variables[entry.name] = .string(entry.value)
        }
        script?.secretNames = Set(parser.entries.map(\.name)).sorted()
    }
}
