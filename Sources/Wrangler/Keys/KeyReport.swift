import RoostRuntime

/// Lists, once each, the keys of a configuration that have no effect here.
struct KeyReport {
    private var reported: Set<String> = []

    /// Reports what one level has.
    mutating func report(_ scope: ConfigurationScope, _ list: inout FindingList) {
        let isTop = scope.environment == nil
        var unknown: [LocatedValue.Member] = []
        for member in scope.raw.members ?? [] {
            guard let key = ConfigurationKey.byName[member.key], isTop || key.isForEnvironments else {
                unknown.append(member)
                continue
            }
            report(key.support, "\"\(key.name)\"", at: member.keyOffset, &list)
        }
        if let first = unknown.first {
            let names = unknown.map { "\"\($0.key)\"" }.joined(separator: ",")
            let field = scope.environment.map { "env.\($0)" } ?? "top-level"
            list.warning("Unexpected fields found in \(field) field: \(names)", at: first.keyOffset)
        }
        for (path, reason) in ConfigurationKey.ignoredParts {
            guard let member = Self.find(path[...], in: scope.raw) else { continue }
            report(.ignored(reason), "\"\(path.joined(separator: "."))\"", at: member.keyOffset, &list)
        }
        reportWorkerExports(scope, &list)
        reportFlags(scope, &list)
    }

    private mutating func report(
        _ support: ConfigurationKey.Support,
        _ name: String,
        at offset: Int,
        _ list: inout FindingList
    ) {
        guard support != .supported, reported.insert(name).inserted else { return }
        switch support {
        case .supported: break
        case .ignored(let reason): list.note("\(name) is ignored: \(reason)", at: offset)
        case .unsupported(let reason): list.warning("\(name) is not supported: \(reason)", at: offset)
        case .refused(let reason): list.error("\(name) is refused: \(reason)", at: offset)
        }
    }

    private mutating func reportWorkerExports(_ scope: ConfigurationScope, _ list: inout FindingList) {
        for member in scope.raw["exports"]?.members ?? [] where member.value["type"]?.string == "worker" {
            let reason = "entry points of JavaScript are not run."
            report(.ignored(reason), "\"exports.\(member.key)\"", at: member.keyOffset, &list)
        }
    }

    private mutating func reportFlags(_ scope: ConfigurationScope, _ list: inout FindingList) {
        let known = Set(CompatibilityBehavior.all.flatMap { [$0.enableFlag, $0.disableFlag] })
        for flag in scope.raw["compatibility_flags"]?.elements ?? [] {
            guard let name = flag.string, !known.contains(name) else { continue }
            let reason = "objects do not notice this compatibility flag."
            report(.ignored(reason), LocatedValue.quoted(name), at: flag.offset, &list)
        }
    }

    /// The member at the end of a path; lists on the way are looked through for the first that has it.
    private static func find(_ path: ArraySlice<String>, in value: LocatedValue) -> LocatedValue.Member? {
        guard let name = path.first else { return nil }
        if let elements = value.elements { return elements.lazy.compactMap { find(path, in: $0) }.first }
        guard let member = value.members?.last(where: { $0.key == name }) else { return nil }
        return path.count == 1 ? member : find(path.dropFirst(), in: member.value)
    }
}
