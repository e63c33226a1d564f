/// All names a worker's code is given must be different.
struct BindingNames {
    /// The kinds of bindings that are a list of objects, in the order in which the origin names them.
    private static let lists: [(field: String, member: String, kind: String)] = [
        ("send_email", "name", "Send Email"), ("workflows", "binding", "Workflow"),
        ("r2_buckets", "binding", "R2 Bucket"),
        ("d1_databases", "binding", "D1 Database"), ("vectorize", "binding", "Vectorize Index"),
        ("hyperdrive", "binding", "Hyperdrive Config"), ("services", "binding", "Worker"),
        ("analytics_engine_datasets", "binding", "Analytics Engine Dataset"),
        ("dispatch_namespaces", "binding", "Dispatch Namespace"), ("mtls_certificates", "binding", "mTLS Certificate"),
        ("pipelines", "binding", "Pipeline"), ("secrets_store_secrets", "binding", "Secrets Store Secret"),
        ("ratelimits", "name", "Rate Limit"), ("worker_loaders", "binding", "Worker Loader"),
    ]

    /// The kinds of which there is one.
    private static let singles: [(field: String, kind: String)] = [
        ("browser", "Browser Run"), ("ai", "AI"), ("images", "Images"), ("stream", "Stream"), ("media", "Media"),
        ("version_metadata", "Worker Version Metadata"), ("assets", "Assets"),
    ]

    private struct Use {
        let kind: String
        let offset: Int
    }

    private var uses: [String: [Use]] = [:]
    private var order: [String] = []

    static func validate(_ scope: ConfigurationScope, _ list: inout FindingList) {
        var names = BindingNames()
        for member in scope.raw["vars"]?.members ?? [] {
            names.add(member.key, "Environment Variable", member.keyOffset)
        }
        names.addList(scope.raw["kv_namespaces"], "binding", "KV Namespace")
        for (field, kind) in singles {
            guard let value = scope.raw[field], let name = value["binding"]?.string else { continue }
            names.add(name, kind, value.offset)
        }
        names.addList(scope.raw["durable_objects"]?["bindings"], "name", "Durable Object")
        names.addList(scope.raw["queues"]?["producers"], "binding", "Queue")
        for (field, member, kind) in lists { names.addList(scope.raw[field], member, kind) }
        names.report(&list)
    }

    private mutating func addList(_ value: LocatedValue?, _ member: String, _ kind: String) {
        for element in value?.elements ?? [] {
            guard let name = element[member], let text = name.string else { continue }
            add(text, kind, name.offset)
        }
    }

    private mutating func add(_ name: String, _ kind: String, _ offset: Int) {
        if uses[name] == nil { order.append(name) }
        uses[name, default: []].append(Use(kind: kind, offset: offset))
    }

    private func report(_ list: inout FindingList) {
        for name in order {
            guard let all = uses[name], all.count > 1 else { continue }
            var kinds: [String] = []
            var repeated: [Use] = []
            for use in all {
                if !kinds.contains(use.kind) {
                    kinds.append(use.kind)
                } else if !repeated.contains(where: { $0.kind == use.kind }) {
                    repeated.append(use)
                }
            }
            if kinds.count > 1 {
                list.error("\(name) assigned to \(kinds.english) bindings.", at: all[all.count - 1].offset)
            }
            for use in repeated {
                list.error(
                    "\(name) assigned to multiple \(use.kind) bindings.\nFix: Give each binding a name of its own.",
                    at: use.offset
                )
            }
        }
    }
}
