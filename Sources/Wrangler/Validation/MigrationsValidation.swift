import RoostRuntime

/// `migrations[]`.
struct MigrationsValidation {
    private static let fields: Set<String> = [
        "tag", "new_classes", "new_sqlite_classes", "renamed_classes", "deleted_classes", "transferred_classes",
        "enable_sqlite_classes",
    ]

    /// Checks what one level says about migrations, and reads it.
    ///
    /// - Returns: Nil when the level says nothing or nothing that can be used.
    static func validate(_ value: LocatedValue?, _ list: inout FindingList) -> [ClassMigration]? {
        guard let value, !value.isNull else { return nil }
        guard let elements = value.elements else {
            list.error(
                "The optional \"migrations\" field should be an array, but got \(value.json)",
                at: value.offset
            )
            return nil
        }
        return elements.enumerated().compactMap { place, element in
            migration(element, "migrations[\(place)]", &list)
        }
    }

    private static func migration(
        _ value: LocatedValue,
        _ path: String,
        _ list: inout FindingList
    ) -> ClassMigration? {
        guard value.members != nil else {
            list.error("Expected \"\(path)\" to be of type object but got \(value.json).", at: value.offset)
            return nil
        }
        list.warnUnexpected("migrations", value, known: fields)
        let hasTag = list.require("\(path).tag", value["tag"], "string", in: value)

        var entries: [ClassMigration.Entry] = []
        func add(_ key: String, _ make: (String) -> ClassChange) {
            for (name, offset) in list.strings("\(path).\(key)", value[key]) {
                entries.append(ClassMigration.Entry(make(name), at: list.source.location(offset)))
            }
        }
        add("new_classes", ClassChange.newClass)
        add("new_sqlite_classes", ClassChange.newSQLiteClass)
        for (texts, offset) in pairs("\(path).renamed_classes", value["renamed_classes"], ["from", "to"], &list) {
            let change = ClassChange.rename(from: texts[0], to: texts[1])
            entries.append(ClassMigration.Entry(change, at: list.source.location(offset)))
        }
        let transfer = ["from", "from_script", "to"]
        for (texts, offset) in pairs("\(path).transferred_classes", value["transferred_classes"], transfer, &list) {
            let change = ClassChange.transfer(from: texts[0], script: texts[1], to: texts[2])
            entries.append(ClassMigration.Entry(change, at: list.source.location(offset)))
        }
        add("deleted_classes", ClassChange.delete)
        add("enable_sqlite_classes", ClassChange.enableSQL)

        guard hasTag, let tag = value["tag"]?.string else { return nil }
        return ClassMigration(tag: tag, entries: entries, location: list.source.location(value.offset))
    }

    /// Reads a list of objects whose fields are all texts.
    private static func pairs(
        _ path: String,
        _ value: LocatedValue?,
        _ fields: [String],
        _ list: inout FindingList
    ) -> [(texts: [String], offset: Int)] {
        guard let value else { return [] }
        var read: [(texts: [String], offset: Int)] = []
        var isValid = value.elements != nil
        for element in value.elements ?? [] {
            let texts = fields.compactMap { element[$0]?.string }
            if texts.count == fields.count {
                read.append((texts, element.offset))
            } else {
                isValid = false
            }
        }
        guard isValid else {
            let shape = fields.map { "\($0): string" }.joined(separator: ", ")
            list.error(
                "Expected \"\(path)\" to be an array of \"{\(shape)}\" objects but got \(value.json).",
                at: value.offset
            )
            return []
        }
        for (place, element) in (value.elements ?? []).enumerated() {
            list.warnUnexpected("\(path)[\(place)]", element, known: Set(fields))
        }
        return read
    }
}
