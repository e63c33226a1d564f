import Distributed
import HTTPTypes
package import RoostStorage

extension ClassEntry {
    /// Brings a request to an object, and its response back.
    ///
    /// Streams begin where they belong: that of the request with the object that makes it, if it is one, that of the
    /// response with the object that was asked, before it could be put to sleep.
    func fetch<Object: DurableObject>(
        _ type: Object.Type,
        _ address: ObjectAddress,
        _ request: ObjectRequest
    ) async throws -> ObjectResponse {
        request.body.begin(on: CurrentObject.activation, roost.seams)
        let seams = roost.seams
        return try await call(address, bytes: request.body.length ?? 0) { (object: isolated Object, activation) in
            let response = try await object.fetch(request)
            if let socket = response.webSocket {
                guard request.isWebSocketUpgrade else { throw RoostError.upgradeNotAsked }
                try socket.use(subprotocol: response.subprotocol)
            }
            response.body.begin(on: activation, seams)
            return response
        }
    }
}

/// Requests to objects, from whoever has a stub.
extension DurableObject {
    /// Sends a request to the object; its ``fetch(_:)`` answers.
    ///
    /// ```swift
    /// let response = try await room.fetch("/messages?after=7")
    /// let messages = try await response.body.collect(upTo: 1 << 20)
    /// ```
    ///
    /// Nothing in a request or a response is `Codable`: bodies stream, and a WebSocket is handed over.
    ///
    /// - Throws: What the object throws, or ``RoostError``.
    nonisolated public func fetch(_ head: HTTPRequest, body: ObjectBody = .empty) async throws -> ObjectResponse {
        try await actorSystem.entry(of: id).fetch(Self.self, id, ObjectRequest(head, body: body))
    }

    /// Sends a request to the object; its ``fetch(_:)`` answers.
    ///
    /// - Parameters:
    ///   - path: The path with its query.
    ///   - method: The method.
    ///   - headerFields: The header fields.
    ///   - body: What comes after the head.
    /// - Throws: What the object throws, or ``RoostError``.
    nonisolated public func fetch(
        _ path: String,
        method: HTTPRequest.Method = .get,
        headerFields: HTTPFields = [:],
        body: ObjectBody = .empty
    ) async throws -> ObjectResponse {
        let request = ObjectRequest(method: method, path: path, headerFields: headerFields, body: body)
        return try await fetch(request.head, body: body)
    }
}

/// Requests to objects, from a server that knows classes by their names.
extension Roost {
    /// Sends a request to the named object of a class.
    ///
    /// - Parameters:
    ///   - classKey: The class.
    ///   - name: The object's name.
    ///   - request: The request.
    /// - Throws: ``RoostError/Code/unknownClass``, ``RoostError/Code/invalidName``, what the object throws, or another
    ///   ``RoostError``.
    package func fetch(
        class classKey: ClassKey,
        name: String,
        _ request: ObjectRequest
    ) async throws -> ObjectResponse {
        let entry = try entry(of: classKey)
        guard name.utf8.count <= ObjectName.bytesMax else {
            throw RoostError(.invalidName, "An object's name has at most \(ObjectName.bytesMax) bytes.")
        }
        return try await entry.events.fetch(entry, entry.address(entry.key.id(fromName: name)), request)
    }

    /// Sends a request to the object of a class whose id has these 64 digits.
    ///
    /// - Throws: ``RoostError/Code/unknownClass``, ``RoostError/Code/invalidID``, what the object throws, or another
    ///   ``RoostError``.
    package func fetch(
        class classKey: ClassKey,
        id: String,
        _ request: ObjectRequest
    ) async throws -> ObjectResponse {
        let entry = try entry(of: classKey)
        return try await entry.events.fetch(entry, entry.address(try entry.key.id(fromString: id)), request)
    }

    /// The class of this runtime's script with a name.
    package func classKey(_ name: String) -> ClassKey { ClassKey(script: configuration.script, name: name) }
}
