import RoostRuntime

/// `durable_objects.bindings[]`: facts and texts of the origin's own checks.
struct DurableObjectsValidation {
    /// A binding as it is written.
    struct Binding {
        let name: String
        let className: String
        let scriptName: String?
        let environment: String?
        let offset: Int
    }

    private static let fields: Set<String> = ["name", "class_name", "script_name", "environment"]

    static func validate(_ scope: ConfigurationScope, _ list: inout FindingList) -> [Binding] {
        guard let value = scope.raw["durable_objects"] else {
            scope.warnNotInherited("durable_objects", &list)
            return []
        }
        let path = scope.path("durable_objects")
        guard value.members != nil else {
            list.error("The field \"\(path)\" should be an object but got \(value.json).", at: value.offset)
            return []
        }
        list.warnUnexpected(path, value, known: ["bindings"])
        guard let bindings = value["bindings"] else {
            list.error("The field \"\(path)\" is missing the required \"bindings\" property.", at: value.offset)
            return []
        }
        guard let elements = bindings.elements else {
            list.error(
                "The field \"\(path).bindings\" should be an array but got \(bindings.json).",
                at: bindings.offset
            )
            return []
        }
        let read = elements.enumerated().compactMap { place, element -> Binding? in
            let field = "\(path).bindings[\(place)]"
            list.open("\"\(field)\": \(element.json)")
            defer { list.close() }
            return validate(element, field, &list)
        }
        scope.warnNotInherited(
            "durable_objects.bindings",
            names: read.map(\.name),
            top: (scope.top?["durable_objects"]?["bindings"]?.elements ?? []).compactMap { $0["name"]?.string },
            at: bindings.offset,
            &list
        )
        return read
    }

    private static func validate(_ value: LocatedValue, _ field: String, _ list: inout FindingList) -> Binding? {
        switch value.kind {
        case .object, .array: break
        case .null, .bool, .integer, .number, .string, .date:
            list.error("Expected \"\(field)\" to be an object but got \(value.json)", at: value.offset)
            return nil
        }
        var isValid = true
        func fail(_ message: String, _ offset: Int?) {
            list.error(message, at: offset ?? value.offset)
            isValid = false
        }
        let name = value["name"]?.string
        let className = value["class_name"]?.string
        let script = value["script_name"]
        let environment = value["environment"]
        if name == nil { fail("binding should have a string \"name\" field.", value["name"]?.offset) }
        if className == nil { fail("binding should have a string \"class_name\" field.", value["class_name"]?.offset) }
        if let script, script.string == nil {
            fail("the field \"script_name\", when present, should be a string.", script.offset)
        }
        if let environment, environment.string == nil {
            fail("the field \"environment\", when present, should be a string.", environment.offset)
        }
        if let environment, script == nil {
            fail("binding should have a \"script_name\" field if \"environment\" is present.", environment.offset)
        }
        list.warnUnexpected(field, value, known: fields)
        guard isValid, let name, let className else { return nil }
        return Binding(
            name: name,
            className: className,
            scriptName: script?.string,
            environment: environment?.string,
            offset: value.offset
        )
    }
}
