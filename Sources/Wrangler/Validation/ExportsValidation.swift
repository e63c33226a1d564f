import RoostRuntime

/// The `exports` map.
struct ExportsValidation {
    /// What was read of a map.
    struct Result {
        /// The entries for objects, in the order of the file; those that make no sense are left out.
        var entries: [ClassExport] = []
        /// Whether the map says anything about objects, sense or not.
        var hasObjects = false
        /// The classes that exist or will, with the containers they name.
        var live: [Live] = []
    }

    /// A class that exists or will, as the checks of containers need it.
    struct Live {
        let name: String
        let storage: String?
        let container: String?
        let containerOffset: Int
    }

    private static let storages = ["sqlite", "legacy-kv"]

    static func validate(_ value: LocatedValue?, _ list: inout FindingList) -> Result? {
        guard let value, !value.isNull else { return nil }
        guard let members = value.members else {
            list.error(
                "The optional \"exports\" field should be an object keyed by class name, but got \(value.json)",
                at: value.offset
            )
            return nil
        }
        var result = Result()
        for member in members {
            let path = "exports.\(member.key)"
            switch member.value.kind {
            case .object, .array: break
            case .null, .bool, .integer, .number, .string, .date:
                list.error("\"\(path)\" should be an object but got \(member.value.json).", at: member.value.offset)
                continue
            }
            switch member.value["type"]?.string {
            case "durable-object":
                result.hasObjects = true
                object(member, &result, &list)
            case "worker": worker(member.value, path, &list)
            default:
                let type = member.value["type"]
                list.error(
                    "\"\(path).type\" must be \"durable-object\" or \"worker\", but got \(type.json).",
                    at: type?.offset ?? member.keyOffset
                )
            }
        }
        return result
    }

    // MARK: Objects

    private static func object(
        _ member: LocatedValue.Member,
        _ result: inout Result,
        _ list: inout FindingList
    ) {
        let path = "exports.\(member.key)"
        let value = member.value
        if member.key.isEmpty { list.error("\"export\" keys cannot be the empty string.", at: member.keyOffset) }
        let state = value["state"]?.string
        var read: ClassExport.State?
        if let given = value["state"], given.string == nil {
            unknownState(path, given, &list)
            return
        }
        switch state {
        case nil, "created":
            if let storage = storage(path, value, state: "created", &list) { read = .live(storageNamed: storage) }
            container(member, &result, &list)
            allow(["type", "state", "storage", "container"], path, value, &list)
        case "deleted":
            read = .deleted
            allow(["type", "state"], path, value, &list)
        case "renamed":
            if let target = renamedTo(member, &list) { read = .renamed(to: target) }
            allow(["type", "state", "renamed_to"], path, value, &list)
        case "transferred":
            if let script = text("transferred_to", path, value, state: "transferred", &list) {
                read = .transferred(to: script)
            }
            allow(["type", "state", "transferred_to"], path, value, &list)
        case "expecting-transfer":
            let storage = storage(path, value, state: "expecting-transfer", &list)
            let source = text("transfer_from", path, value, state: "expecting-transfer", &list)
            if let storage, let source { read = .expectingTransfer(storageNamed: storage, from: source) }
            container(member, &result, &list)
            allow(["type", "state", "storage", "transfer_from", "container"], path, value, &list)
        default:
            if let given = value["state"] { unknownState(path, given, &list) }
        }
        guard let read else { return }
        result.entries.append(ClassExport(member.key, read, location: list.source.location(member.keyOffset)))
    }

    private static func unknownState(_ path: String, _ state: LocatedValue, _ list: inout FindingList) {
        list.error(
            "\"\(path).state\" must be one of \"created\", \"deleted\", \"renamed\", \"transferred\", or \"expecting-transfer\" but got \(state.json).",
            at: state.offset
        )
    }

    private static func storage(
        _ path: String,
        _ value: LocatedValue,
        state: String,
        _ list: inout FindingList
    ) -> String? {
        if let storage = value["storage"]?.string, storages.contains(storage) { return storage }
        list.error(
            "\"\(path).storage\" is required for state \"\(state)\" and must be one of \(storages.english), but got \(value["storage"].json)",
            at: value["storage"]?.offset ?? value.offset
        )
        return nil
    }

    private static func text(
        _ key: String,
        _ path: String,
        _ value: LocatedValue,
        state: String,
        _ list: inout FindingList
    ) -> String? {
        if let text = value[key]?.string, !text.isEmpty { return text }
        list.error(
            "\"\(path).\(key)\" is required for state \"\(state)\" and must be a non-empty string.",
            at: value[key]?.offset ?? value.offset
        )
        return nil
    }

    private static func renamedTo(_ member: LocatedValue.Member, _ list: inout FindingList) -> String? {
        let path = "exports.\(member.key)"
        guard let target = text("renamed_to", path, member.value, state: "renamed", &list) else { return nil }
        let offset = member.value["renamed_to"]?.offset ?? member.value.offset
        var isValid = true
        if !isIdentifier(target) {
            isValid = false
            list.error("\"\(path).renamed_to\" must be a valid JavaScript identifier (got \"\(target)\").", at: offset)
        }
        if target == member.key {
            isValid = false
            list.error("\"\(path).renamed_to\" cannot equal the source class name \"\(member.key)\".", at: offset)
        }
        return isValid ? target : nil
    }

    private static func isIdentifier(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.enumerated().allSatisfy { place, byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"),
                UInt8(ascii: "$"):
                true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): place > 0
            default: false
            }
        }
    }

    private static func container(
        _ member: LocatedValue.Member,
        _ result: inout Result,
        _ list: inout FindingList
    ) {
        let path = "exports.\(member.key).container"
        let storage = member.value["storage"]?.string
        let value = member.value["container"]
        var name = value?.string
        if let value, name?.isEmpty ?? true {
            name = nil
            list.error(
                "\"\(path)\" must be a non-empty string naming a container in the \"containers\" array, but got \(value.json).",
                at: value.offset
            )
        } else if let value, storage == "legacy-kv" {
            list.error(
                "\"\(path)\" requires \"storage\" to be \"sqlite\". Containers are not supported on Durable Objects using the \"legacy-kv\" storage backend.",
                at: value.offset
            )
        }
        result.live.append(
            Live(
                name: member.key,
                storage: storage,
                container: name,
                containerOffset: value?.offset ?? member.keyOffset
            )
        )
    }

    private static func allow(
        _ allowed: [String],
        _ path: String,
        _ value: LocatedValue,
        _ list: inout FindingList
    ) {
        let forbidden = (value.members ?? []).filter { !allowed.contains($0.key) }
        let state = value["state"]?.string ?? "created"
        for member in forbidden {
            list.error("\"\(path).\(member.key)\" is forbidden on state \"\(state)\".", at: member.keyOffset)
        }
        guard let last = forbidden.last else { return }
        list.error("Allowed properties are: \(allowed.english).", at: last.keyOffset)
    }

    // MARK: Workers

    private static func worker(_ value: LocatedValue, _ path: String, _ list: inout FindingList) {
        list.warnUnexpected(path, value, known: ["type", "cache"])
        guard let cache = value["cache"] else { return }
        guard cache.members != nil else {
            list.error("\"\(path).cache\" should be an object but got \(cache.json).", at: cache.offset)
            return
        }
        _ = list.require("\(path).cache.enabled", cache["enabled"], "boolean", in: cache)
        list.warnUnexpected("\(path).cache", cache, known: ["enabled"])
    }
}
