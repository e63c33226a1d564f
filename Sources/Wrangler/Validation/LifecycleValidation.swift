import RoostRuntime

/// What bindings, `migrations` and `exports` say together.
struct LifecycleValidation {
    /// Warns of classes of this worker that are bound but declared nowhere.
    static func warnUndeclared(
        _ bindings: LocatedValue?,
        migrations: LocatedValue?,
        exports: LocatedValue?,
        format: ConfigurationFormat,
        _ list: inout FindingList
    ) {
        guard let elements = bindings?["bindings"]?.elements, (migrations?.elements ?? []).isEmpty else { return }
        let own = elements.filter { ($0["script_name"]?.string ?? "").isEmpty }
        let uncovered = own.filter { binding in
            guard let name = binding["class_name"]?.string else { return true }
            return !isLive(exports?[name])
        }
        let names = uncovered.compactMap { $0["class_name"]?.string }
        guard let first = uncovered.first, names.count == uncovered.count else { return }
        list.warning(
            """
            In your \(format.fileName) file, you have configured `durable_objects` exported by this Worker (\(names.joined(separator: ", "))), but no live `exports` entry for them. This may not work as expected until you add a live `durable-object` entry to `exports` for each. Add the following configuration:

            ```
            \(format.exportsSnippet(names))
            ```
            """,
            at: first.offset
        )
    }

    private static func isLive(_ entry: LocatedValue?) -> Bool {
        guard entry?["type"]?.string == "durable-object" else { return false }
        guard let state = entry?["state"] else { return true }
        return state.string == "created" || state.string == "expecting-transfer"
    }

    /// Refuses two ways of declaring classes at once.
    static func refuseBoth(
        migrations: LocatedValue?,
        exports: LocatedValue?,
        at offset: Int,
        _ list: inout FindingList
    ) {
        guard let first = migrations?.elements?.first,
            (exports?.members ?? []).contains(where: { $0.value["type"]?.string == "durable-object" })
        else { return }
        list.error(
            "`migrations` and `exports` are mutually exclusive. Choose one or the other to declare your Durable Object lifecycle, but not both.",
            at: offset == 0 ? first.offset : offset
        )
    }
}

/// The two languages a configuration may be written in.
enum ConfigurationFormat {
    case toml
    case json

    init?(fileName: String) {
        if fileName.hasSuffix(".toml") {
            self = .toml
        } else if fileName.hasSuffix(".json") || fileName.hasSuffix(".jsonc") {
            self = .json
        } else {
            return nil
        }
    }

    /// The name the origin's messages use for files of this format.
    var fileName: String {
        switch self {
        case .toml: "wrangler.toml"
        case .json: "wrangler.json"
        }
    }

    /// The configuration that declares classes.
    func exportsSnippet(_ names: [String]) -> String {
        var seen: Set<String> = []
        let names = names.filter { seen.insert($0).inserted }
        switch self {
        case .toml:
            return names.map { "[exports.\($0)]\ntype = \"durable-object\"\nstorage = \"sqlite\"" }
                .joined(separator: "\n\n")
        case .json:
            let entries = names.map {
                "    \(LocatedValue.quoted($0)): {\n      \"type\": \"durable-object\",\n      \"storage\": \"sqlite\"\n    }"
            }
            return "{\n  \"exports\": {\n\(entries.joined(separator: ",\n"))\n  }\n}"
        }
    }
}
