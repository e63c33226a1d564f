import RoostRuntime

/// An object that tells what it was asked.
distributed actor MirrorObject: DurableObject {
    struct Secret: Error {
        let text = "the password is swordfish"
    }

    struct Description: Codable {
        var method: String
        var path: String
        var query: String?
        var headers: [String: String]
    }

    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        switch request.path {
        case "/throw": throw Secret()
        case "/refuse": return .text("no", status: .forbidden)
        case "/count":
            let visits = (try storage.get("visits", as: Int.self) ?? 0) + 1
            try storage.put("visits", visits)
            return .text("\(visits)")
        case "/size":
            var count = 0
            for try await chunk in request.body { count += chunk.count }
            return .text("\(count)")
        case "/small": return .text("\(try await request.body.collect(upTo: 10).count)")
        case "/mirror": return ObjectResponse(headerFields: [.contentType: "text/plain"], body: request.body)
        case "/stream":
            return ObjectResponse(
                body: .stream { writer in
                    for word in ["one ", "two ", "three"] { try await writer.write(word) }
                }
            )
        case "/broken":
            return ObjectResponse(
                body: .stream { writer in
                    try await writer.write("one ")
                    throw Secret()
                }
            )
        case "/headers":
            var response = ObjectResponse.text("ours or theirs")
            for (name, value) in Self.lies { response.headerFields[name] = value }
            response.headerFields[.setCookie] = "a=b"
            return response
        case "/odd": return ObjectResponse(status: .init(code: 99))
        case "/nothing": return ObjectResponse(status: .noContent, body: .text("not sent"))
        default:
            var headers: [String: String] = [:]
            for field in request.headerFields { headers[field.name.canonicalName] = field.value }
            return try .json(
                Description(
                    method: request.method.rawValue,
                    path: request.path,
                    query: request.query,
                    headers: headers
                )
            )
        }
    }

    static let lies: [(HTTPField.Name, String)] = [
        ("x-trace-id", "mine"), ("x-ratelimit-limit", "9"), ("ratelimit", "mine"), ("connection", "x-hop"),
        ("x-hop", "gone"), ("access-control-allow-origin", "*"), ("content-length", "3"), ("transfer-encoding", "gzip"),
    ].map { (HTTPField.Name($0.0) ?? .age, $0.1) }
}

/// An object without `fetch`.
distributed actor SilentObject: DurableObject {
    init(context: ObjectContext) { actorSystem = context.actorSystem }
}
