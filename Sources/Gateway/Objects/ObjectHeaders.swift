package import HTTPTypes

/// What of the header fields passes between a client and an object.
///
/// **To the object** everything goes but
/// * what concerns the connection only (`connection` and what it names, `keep-alive`, `te`, …);
/// * the credentials by which the gateway knows the tenant and the caller (`authorization`, `x-api-key`): an object
///   cannot check them, and what it does not have it cannot leak. It is told instead who the caller is, in
///   `x-tenant-id`, `x-roost-principal` (`user:<subject>`, `key:<id>` or `anonymous`) and `x-roost-role`;
/// * whatever a client sends under `x-roost-`, which would be a lie.
///
/// **From the object** everything goes but what concerns the connection, and what the gateway answers for: the trace
/// id, the rate limit's fields, CORS, lengths and dates.
package enum ObjectHeaders {
    private static let connection: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    private static let credentials: Set<String> = ["authorization", "x-api-key"]
    private static let gateways: Set<String> = [
        "content-length", "date", "x-trace-id", "ratelimit", "ratelimit-policy",
    ]

    /// The fields an object gets.
    package static func request(
        _ fields: HTTPFields,
        tenant: String,
        principal: Principal,
        trace: TraceID,
        isUpgrade: Bool
    ) -> HTTPFields {
        var kept = passing(fields) { name in
            credentials.contains(name) || name.hasPrefix("x-roost-")
        }
        if isUpgrade { kept[.upgrade] = "websocket" }
        kept[.tenantId] = tenant
        kept[.xTraceID] = trace.text
        kept[.roostPrincipal] =
            switch principal {
            case .anonymous: "anonymous"
            case .apiKey(let id, _): "key:" + id
            case .user(let subject, _): "user:" + subject
            }
        kept[.roostRole] = principal.role.rawValue
        return kept
    }

    /// The fields a client gets.
    package static func response(_ fields: HTTPFields) -> HTTPFields {
        passing(fields) { name in
            gateways.contains(name) || name.hasPrefix("x-ratelimit-") || name.hasPrefix("access-control-")
        }
    }

    private static func passing(_ fields: HTTPFields, unless isRefused: (String) -> Bool) -> HTTPFields {
        let named = fields[values: .connection].flatMap { $0.split(separator: ",") }.map {
            $0.trimmingSpaces().lowercased()
        }
        let listed = Set(named)
        var kept = HTTPFields()
        for field in fields {
            let name = field.name.canonicalName
            guard !connection.contains(name), !listed.contains(name), !isRefused(name) else { continue }
            kept.append(field)
        }
        return kept
    }
}

extension HTTPField.Name {
    package static let roostPrincipal = HTTPField.Name(literal: "x-roost-principal")
    package static let roostRole = HTTPField.Name(literal: "x-roost-role")
}
