/// Holding what a configuration lists against what was applied.
extension MigrationPlanner {
    /// The migrations of a script that are still to be applied.
    mutating func pendingMigrations(of script: DeployedScript) -> [ClassMigration] {
        guard case .migrations(let listed) = script.lifecycle else { return [] }
        let unique = checkUnique(listed, script: script.name)
        let applied = self[script.name].tags
        let places = Dictionary(unique.enumerated().map { ($0.element.tag, $0.offset) }) { first, _ in first }

        checkRemoved(applied, listed: unique, script: script.name)
        let present = applied.filter { places[$0.tag] != nil }
        let order = present.compactMap { places[$0.tag] }
        if order != order.sorted() {
            let listedOrder = order.sorted().map { unique[$0].tag }
            problem(
                .tagsReordered,
                "Migrations that were applied as \(Self.list(present.map(\.tag))) are listed as \(Self.list(listedOrder)).",
                fix: "Put them back into the order in which they were applied; new migrations go to the end.",
                script: script.name,
                at: unique[order[0]].location
            )
        } else if let last = order.last {
            checkInserted(unique, before: last, applied: Set(applied.map(\.tag)), script: script.name)
        }
        for tag in present {
            guard let place = places[tag.tag] else { continue }
            checkEdited(tag, listed: unique[place], script: script.name)
        }
        let known = Set(applied.map(\.tag))
        return unique.filter { !known.contains($0.tag) }
    }

    /// The migrations with tags of their own.
    private mutating func checkUnique(_ listed: [ClassMigration], script: String) -> [ClassMigration] {
        var seen: [String: ClassMigration] = [:]
        return listed.filter { migration in
            if migration.tag.isEmpty {
                problem(
                    .tagEmpty,
                    "A migration has an empty tag.",
                    fix: "Name it, for example `tag = \"v\(listed.count)\"`.",
                    script: script,
                    at: migration.location
                )
            }
            if let first = seen[migration.tag] {
                let place = first.location.map { " (first at \($0))" } ?? ""
                problem(
                    .tagDuplicated,
                    "The tag \"\(migration.tag)\" is used by two migrations\(place).",
                    fix: "Give each migration a tag of its own.",
                    script: script,
                    at: migration.location
                )
                return false
            }
            seen[migration.tag] = migration
            return true
        }
    }

    private mutating func checkRemoved(
        _ applied: [ScriptHistory.AppliedTag],
        listed: [ClassMigration],
        script: String
    ) {
        let tags = Set(listed.map(\.tag))
        let missing = applied.filter { !tags.contains($0.tag) }
        guard !missing.isEmpty else { return }
        let location = listed.last?.location
        // All that is listed was applied, and then more was: the store is ahead of the file.
        let isAhead =
            !listed.isEmpty && listed.count + missing.count == applied.count
            && Array(applied.suffix(missing.count)) == missing
        if isAhead {
            return problem(
                .storeIsNewer,
                "The store is ahead of the configuration: \(Self.list(missing.map(\.tag))) was applied after "
                    + "\"\(listed[listed.count - 1].tag)\", where the configuration ends.",
                fix: "Use the configuration the store was last migrated with, or a newer one.",
                script: script,
                at: location
            )
        }
        for tag in missing {
            problem(
                .tagRemoved,
                "The migration \"\(tag.tag)\" was applied to the store but is not in the configuration any more.",
                fix: "Put it back as it was: \(Self.list(tag.changes)).",
                script: script,
                at: location
            )
        }
    }

    private mutating func checkInserted(
        _ listed: [ClassMigration],
        before last: Int,
        applied: Set<String>,
        script: String
    ) {
        for migration in listed[..<last] where !applied.contains(migration.tag) {
            problem(
                .tagInserted,
                "The new migration \"\(migration.tag)\" stands before \"\(listed[last].tag)\", which was applied already.",
                fix: "Move it to the end; migrations are applied in the order in which they are listed.",
                script: script,
                at: migration.location
            )
        }
    }

    private mutating func checkEdited(_ applied: ScriptHistory.AppliedTag, listed: ClassMigration, script: String) {
        // The order within one key means nothing; how often something is listed does.
        guard applied.changes.sorted(by: Self.before) != listed.changes.sorted(by: Self.before) else { return }
        problem(
            .tagEdited,
            "The migration \"\(applied.tag)\" was edited after it was applied: it was \(Self.list(applied.changes)), "
                + "and is now \(Self.list(listed.changes)).",
            fix: "Put it back as it was, and write the difference into a new migration at the end.",
            script: script,
            at: listed.location
        )
    }

    private static func before(_ left: ClassChange, _ right: ClassChange) -> Bool {
        left.description < right.description
    }

    private static func list(_ tags: [String]) -> String {
        tags.map { "\"\($0)\"" }.joined(separator: ", ")
    }

    private static func list(_ changes: [ClassChange]) -> String {
        changes.isEmpty ? "nothing" : "[\(changes.map(\.description).joined(separator: ", "))]"
    }
}
