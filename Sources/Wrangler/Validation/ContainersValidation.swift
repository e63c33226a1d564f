/// Whether `containers` and the `exports` map agree about who belongs to whom.
///
/// Roost runs no containers. The checks are made all the same: a file that passes here is to pass at its origin.
struct ContainersValidation {
    private struct Container {
        let name: String
        let className: String?
        let offset: Int
    }

    private let containers: [Container]
    private let live: [ExportsValidation.Live]
    private let usesExports: Bool

    /// Checks one level.
    ///
    /// - Parameters:
    ///   - worker: The name of the worker, from which containers without a name get theirs.
    ///   - isDeclaredElsewhere: Another level lists containers; then this one sees half of the links only.
    static func validate(
        _ scope: ConfigurationScope,
        exports: ExportsValidation.Result?,
        worker: String,
        isDeclaredElsewhere: Bool,
        _ list: inout FindingList
    ) {
        let value = scope.raw["containers"]
        if let value, value.elements == nil {
            list.error(
                "The field \"\(scope.path("containers"))\" should be an array but got \(value.json).",
                at: value.offset
            )
            return
        }
        guard value != nil || !isDeclaredElsewhere else { return }
        let containers = (value?.elements ?? []).map { element in
            let className = element["class_name"]?.string
            let name = element["name"]?.string ?? "\(worker)-\(className ?? "")".lowercased()
            return Container(name: name, className: className, offset: element.offset)
        }
        let validation = ContainersValidation(
            containers: containers,
            live: exports?.live ?? [],
            usesExports: exports?.hasObjects ?? false
        )
        validation.run(&list)
    }

    private func run(_ list: inout FindingList) {
        checkNames(&list)
        let crowded = checkCounts(&list)
        let claims = checkReferences(&list)
        for container in containers { check(container, crowded: crowded, claims: claims, &list) }
    }

    private func checkNames(_ list: inout FindingList) {
        var seen: Set<String> = []
        var reported: Set<String> = []
        for container in containers where !seen.insert(container.name).inserted {
            guard reported.insert(container.name).inserted else { continue }
            list.error(
                "\"containers\" contains more than one container named \"\(container.name)\". Container names must be unique.",
                at: container.offset
            )
        }
    }

    /// The classes that several containers name.
    private func checkCounts(_ list: inout FindingList) -> Set<String> {
        var counts: [String: Int] = [:]
        var crowded: Set<String> = []
        for container in containers {
            guard let name = container.className else { continue }
            counts[name, default: 0] += 1
            guard counts[name] == 2 else { continue }
            crowded.insert(name)
            list.error(
                "More than one container is attached to the Durable Object \"\(name)\". A Durable Object can only have one container attached to it.",
                at: container.offset
            )
        }
        return crowded
    }

    /// The classes that name each container.
    private func checkReferences(_ list: inout FindingList) -> [String: [String]] {
        let names = Set(containers.map(\.name))
        var claims: [String: [String]] = [:]
        var order: [(name: String, offset: Int)] = []
        for entry in live {
            guard let container = entry.container else { continue }
            guard names.contains(container) else {
                list.error(
                    "\"exports.\(entry.name).container\" references a container named \"\(container)\", but no container with that name is defined in \"containers\".",
                    at: entry.containerOffset
                )
                continue
            }
            if claims[container] == nil { order.append((container, entry.containerOffset)) }
            claims[container, default: []].append(entry.name)
        }
        for (name, offset) in order {
            guard let classes = claims[name], classes.count > 1 else { continue }
            list.error(
                "The container \"\(name)\" is referenced by more than one Durable Object export (\(classes.joined(separator: ", "))). A container can only back a single Durable Object.",
                at: offset
            )
        }
        return claims
    }

    private func check(
        _ container: Container,
        crowded: Set<String>,
        claims: [String: [String]],
        _ list: inout FindingList
    ) {
        let name = container.name
        guard let className = container.className else {
            if claims[name] == nil {
                list.error(
                    "The container \"\(name)\" is not linked to a Durable Object. Either set \"containers.class_name\", or reference this container from a Durable Object's `exports` entry via its \"container\" field.",
                    at: container.offset
                )
            }
            return
        }
        guard !crowded.contains(className) else { return }
        let entry = live.first { $0.name == className }
        let begin = "The container \"\(name)\" sets \"class_name\" to \"\(className)\", but"
        let end = "A Durable Object and its container must reference each other consistently."
        let claiming = claims[name]?.count == 1 ? claims[name]?.first : nil
        if let other = entry?.container, other != name {
            list.error("\(begin) \"exports.\(className).container\" is \"\(other)\". \(end)", at: container.offset)
        } else if let claiming, claiming != className {
            list.error("\(begin) \"exports.\(claiming).container\" references it. \(end)", at: container.offset)
        } else if usesExports, entry == nil {
            list.error(
                "\(begin) \"exports\" has no live \"durable-object\" entry for \"\(className)\".",
                at: container.offset
            )
        } else if entry?.container == nil, entry?.storage == "legacy-kv" {
            list.error(
                "\(begin) \"exports.\(className).storage\" is \"legacy-kv\". Containers are not supported on Durable Objects using the \"legacy-kv\" storage backend.",
                at: container.offset
            )
        }
    }
}
