import ArgumentParser
import RoostRuntime
import RoostStorage

/// `roost migrations list`.
struct MigrationsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the migrations that were applied, the classes they made, and with --config what is pending."
    )

    @OptionGroup var options: MigrationsOptions

    private struct Listing: Encodable {
        struct Migration: Encodable {
            let tag: String
            let changes: [String]
            let isApplied: Bool
        }

        struct Class: Encodable {
            let name: String
            let storage: String
        }

        struct Script: Encodable {
            let name: String
            let usesExports: Bool
            let migrations: [Migration]
            let classes: [Class]
            let moved: [String: String]
            let deleted: [String]
        }

        let data: String
        let scripts: [Script]
    }

    func run() throws {
        let wanted = options.config.isEmpty ? nil : try options.load()
        let listing = try MigrationsOutput.reporting {
            let store = try StoreSurveyor(directory: options.location.data, isOptional: false)
            guard store.history.format <= ClassHistory.newestFormat else {
                throw StorageError(.newerFormat, "The store was migrated by a newer program; use that one.")
            }
            return Listing(data: options.location.data, scripts: scripts(store.history, wanted?.deployment))
        }
        if options.json {
            StoreOutput.print(listing)
        } else {
            for script in listing.scripts { describe(script) }
        }
    }

    private func scripts(_ history: ClassHistory, _ wanted: Deployment?) -> [Listing.Script] {
        let names = Set(history.scripts.keys).union(wanted?.scripts.map(\.name) ?? []).sorted()
        return names.map { name in
            let script = history.scripts[name] ?? ScriptHistory()
            var migrations = script.tags.map { tag in
                Listing.Migration(tag: tag.tag, changes: tag.changes.map { "\($0)" }, isApplied: true)
            }
            if case .migrations(let listed) = wanted?.script(named: name)?.lifecycle {
                let known = Set(script.tags.map(\.tag))
                migrations += listed.filter { !known.contains($0.tag) }.map { migration in
                    Listing.Migration(
                        tag: migration.tag,
                        changes: migration.changes.map { "\($0)" },
                        isApplied: false
                    )
                }
            }
            return Listing.Script(
                name: name,
                usesExports: script.usesExports,
                migrations: migrations,
                classes: script.classes.sorted { $0.key < $1.key }.map {
                    Listing.Class(name: $0.key, storage: $0.value.configurationName)
                },
                moved: script.moved.mapValues(\.description),
                deleted: script.deleted.sorted()
            )
        }
    }

    private func describe(_ script: Listing.Script) {
        print(script.usesExports ? "\(script.name) (by `exports`)" : script.name)
        for migration in script.migrations {
            let changes = migration.changes.isEmpty ? "nothing" : migration.changes.joined(separator: ", ")
            print("  \(migration.tag)\(migration.isApplied ? "" : " (pending)"): \(changes)")
        }
        let classes = script.classes.map { "\($0.name) (\($0.storage))" }
        print("  classes: \(classes.isEmpty ? "none" : classes.joined(separator: ", "))")
        for (name, target) in script.moved.sorted(by: { $0.key < $1.key }) {
            print("  moved: \(name) is \(target) now")
        }
        if !script.deleted.isEmpty { print("  deleted: \(script.deleted.joined(separator: ", "))") }
    }
}
