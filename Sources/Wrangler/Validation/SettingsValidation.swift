import RoostRuntime

/// `name`, `compatibility_date`, `compatibility_flags`, `limits`, `observability`.
struct SettingsValidation {
    /// The most processor time the origin grants to one event.
    static let cpuMillisecondsMax = 300_000

    /// Checks what one level itself says.
    static func validate(_ scope: ConfigurationScope, _ list: inout FindingList) {
        name(scope.raw["name"], &list)
        date(scope.raw["compatibility_date"], &list)
        flags(scope.raw["compatibility_flags"], &list)
        limits(scope.raw["limits"], &list)
        observability(scope.raw["observability"], &list)
    }

    private static func name(_ value: LocatedValue?, _ list: inout FindingList) {
        guard let value, !value.isNull else { return }
        if let text = value.string, isName(text) { return }
        list.error(
            "Expected \"name\" to be of type string, alphanumeric and lowercase with dashes only but got \(value.json).",
            at: value.offset
        )
    }

    /// Whether a text may name a worker; an empty one counts as none.
    static func isName(_ text: String) -> Bool {
        text.utf8.enumerated().allSatisfy { place, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            case UInt8(ascii: "-"): place > 0
            default: false
            }
        }
    }

    private static func date(_ value: LocatedValue?, _ list: inout FindingList) {
        guard let value, !value.isNull, list.check("compatibility_date", value, "string") else { return }
        guard let text = value.string, !TOMLDate.isDate(ArraySlice(text.utf8)) else { return }
        list.error(
            "\"compatibility_date\" field should be a valid ISO-8601 date (YYYY-MM-DD), but got \(value.json).",
            at: value.offset
        )
    }

    private static func flags(_ value: LocatedValue?, _ list: inout FindingList) {
        guard let value, !value.isNull else { return }
        if let elements = value.elements, elements.allSatisfy({ $0.string != nil }) { return }
        list.error(
            "Expected \"compatibility_flags\" to be of type string array but got \(value.json).",
            at: value.offset
        )
    }

    private static func limits(_ value: LocatedValue?, _ list: inout FindingList) {
        guard let value, !value.isNull else { return }
        guard value.members != nil else {
            list.error("\"limits\" should be an object but got \(value.json).", at: value.offset)
            return
        }
        for key in ["cpu_ms", "subrequests"] {
            guard let limit = value[key], list.check("limits.\(key)", limit, "number") else { continue }
            let most = key == "cpu_ms" ? cpuMillisecondsMax : Int.max
            if case .integer(let number) = limit.kind, (1...most).contains(number) { continue }
            let range = key == "cpu_ms" ? "from 1 to \(most)" : "of at least 1"
            list.error("\"limits.\(key)\" must be a whole number \(range), but got \(limit.json).", at: limit.offset)
        }
        list.warnUnexpected("limits", value, known: ["cpu_ms", "subrequests"])
    }

    private static func observability(_ value: LocatedValue?, _ list: inout FindingList) {
        guard let value, !value.isNull else { return }
        guard value.members != nil else {
            list.error("\"observability\" should be an object but got \(value.json).", at: value.offset)
            return
        }
        let switches = [value["enabled"], value["logs"]?["enabled"], value["traces"]?["enabled"]]
        if switches.allSatisfy({ $0 == nil }) {
            list.error(
                "\"observability.enabled\" or \"observability.logs.enabled\" or \"observability.traces.enabled\" is required.",
                at: value.offset
            )
        }
        list.check("observability.enabled", value["enabled"], "boolean")
        rate("observability", value, &list)
        list.warnUnexpected("observability", value, known: ["enabled", "head_sampling_rate", "logs", "traces"])
        for part in ["logs", "traces"] {
            guard let inner = value[part] else { continue }
            let path = "observability.\(part)"
            guard inner.members != nil else {
                list.error("Expected \"\(path)\" to be of type object but got \(inner.json).", at: inner.offset)
                continue
            }
            list.check("\(path).enabled", inner["enabled"], "boolean")
            list.check("\(path).invocation_logs", inner["invocation_logs"], "boolean")
            list.check("\(path).persist", inner["persist"], "boolean")
            _ = list.strings("\(path).destinations", inner["destinations"])
            rate(path, inner, &list)
            var known: Set<String> = ["enabled", "head_sampling_rate", "destinations", "persist"]
            if part == "logs" { known.insert("invocation_logs") }
            list.warnUnexpected(path, inner, known: known)
        }
    }

    private static func rate(_ path: String, _ value: LocatedValue, _ list: inout FindingList) {
        guard let rate = value["head_sampling_rate"], list.check("\(path).head_sampling_rate", rate, "number"),
            let number = rate.number, !(0...1).contains(number)
        else { return }
        list.error("\"\(path).head_sampling_rate\" must be a value between 0 and 1.", at: rate.offset)
    }

    // MARK: Reading what was found to be right

    static func compatibility(_ scope: ConfigurationScope) -> CompatibilitySettings {
        CompatibilitySettings(
            date: scope.inherited("compatibility_date")?.string,
            flags: (scope.inherited("compatibility_flags")?.elements ?? []).compactMap(\.string)
        )
    }

    static func limits(_ scope: ConfigurationScope) -> ScriptLimits {
        let value = scope.inherited("limits")
        func whole(_ key: String) -> Int? {
            if case .integer(let number) = value?[key]?.kind { number } else { nil }
        }
        return ScriptLimits(cpuMilliseconds: whole("cpu_ms"), subrequests: whole("subrequests"))
    }

    static func observability(_ scope: ConfigurationScope) -> ObservabilitySettings {
        guard let value = scope.inherited("observability") else { return ObservabilitySettings() }
        let all = value["enabled"]?.bool ?? false
        return ObservabilitySettings(
            isEnabled: all || value["logs"]?["enabled"]?.bool == true || value["traces"]?["enabled"]?.bool == true,
            headSamplingRate: value["head_sampling_rate"]?.number ?? 1,
            logs: value["logs"]?["enabled"]?.bool ?? all,
            invocationLogs: value["logs"]?["invocation_logs"]?.bool ?? true,
            traces: value["traces"]?["enabled"]?.bool ?? false
        )
    }
}
