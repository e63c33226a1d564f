import RoostRuntime

/// `vars`.
struct VariablesValidation {
    static func validate(_ scope: ConfigurationScope, _ list: inout FindingList) -> [String: JSONValue] {
        guard let value = scope.raw["vars"] else {
            scope.warnNotInherited("vars", &list)
            return [:]
        }
        let path = scope.path("vars")
        guard let members = value.members else {
            list.error("The field \"\(path)\" should be an object but got \(value.json).", at: value.offset)
            return [:]
        }
        for member in members {
            guard case .date(let text) = member.value.kind else { continue }
            list.error(
                "The field \"\(path).\(member.key)\" is a TOML date, which has no form in JSON; write \(member.key) = \"\(text)\".",
                at: member.value.offset
            )
        }
        scope.warnNotInherited(
            "vars",
            names: members.map(\.key),
            top: (scope.top?["vars"]?.members ?? []).map(\.key),
            at: value.offset,
            &list
        )
        return Dictionary(members.map { ($0.key, $0.value.deploymentValue) }) { _, last in last }
    }
}

/// `kv_namespaces[]`.
struct NamespacesValidation {
    private static let fields: Set<String> = ["binding", "id", "preview_id", "remote"]

    static func validate(_ scope: ConfigurationScope, _ list: inout FindingList) -> [KeyValueBinding] {
        guard let value = scope.raw["kv_namespaces"] else {
            scope.warnNotInherited("kv_namespaces", &list)
            return []
        }
        let path = scope.path("kv_namespaces")
        guard let elements = value.elements else {
            list.error("The field \"\(path)\" should be an array but got \(value.json).", at: value.offset)
            return []
        }
        let read = elements.enumerated().compactMap { place, element in
            binding(element, "\(path)[\(place)]", &list)
        }
        scope.warnNotInherited(
            "kv_namespaces",
            names: read.map(\.name),
            top: (scope.top?["kv_namespaces"]?.elements ?? []).compactMap { $0["binding"]?.string },
            at: value.offset,
            &list
        )
        return read
    }

    private static func binding(
        _ value: LocatedValue,
        _ path: String,
        _ list: inout FindingList
    ) -> KeyValueBinding? {
        guard value.members != nil else {
            list.error("Expected \"\(path)\" to be of type object but got \(value.json).", at: value.offset)
            return nil
        }
        let hasName = list.require("\(path).binding", value["binding"], "string", in: value)
        list.check("\(path).id", value["id"], "string")
        list.check("\(path).preview_id", value["preview_id"], "string")
        list.check("\(path).remote", value["remote"], "boolean")
        list.warnUnexpected(path, value, known: fields)
        guard hasName, let name = value["binding"]?.string else { return nil }
        return KeyValueBinding(
            name: name,
            id: value["id"]?.string,
            location: list.source.location(value.offset)
        )
    }
}
