import Distributed
import RoostStorage

/// The objects of one class.
///
/// Objects exist implicitly: a stub can be had for any id, costs nothing and wakes nothing; it survives the object's
/// sleep and reset.
public struct ObjectNamespace<Object: DurableObject>: Sendable {
    let entry: ClassEntry
    let system: ObjectSystem

    var roost: Roost { entry.roost }

    /// The id of the object with this name.
    ///
    /// The same name always gives the same id.
    public func id(fromName name: String) -> DurableObjectID { entry.key.id(fromName: name) }

    /// An id that no object has yet.
    public func newUniqueID() -> DurableObjectID { entry.key.uniqueID(random: roost.random) }

    /// Reads an id from its 64 hexadecimal digits, of either case.
    ///
    /// - Throws: ``RoostError/Code/invalidID`` when the text is no id, or the id of another class.
    public func id(fromString text: String) throws(RoostError) -> DurableObjectID {
        try entry.key.id(fromString: text)
    }

    /// A stub for the object with this id.
    ///
    /// - Throws: ``RoostError/Code/invalidID`` when the id belongs to another class.
    public func get(_ id: DurableObjectID) throws(RoostError) -> Object {
        guard entry.key.owns(id.raw) else {
            throw RoostError(.invalidID, "Durable Object ID is not valid for this namespace.")
        }
        return try stub(id)
    }

    /// A stub for the object with this name.
    public func get(_ name: String) throws(RoostError) -> Object { try stub(id(fromName: name)) }

    /// Calls an object of this process with a closure: what a stub's call does, without describing the call.
    ///
    /// For callers that know that the object is here; it passes the same gates and costs about half.
    ///
    /// - Throws: What `body` throws, or ``RoostError``.
    package func call<Result: Sendable>(
        _ name: String,
        _ body: @Sendable (isolated Object) async throws -> Result
    ) async throws -> Result {
        try await entry.call(entry.address(id(fromName: name))) { (object: isolated Object, _) in
            try await body(object)
        }
    }

    /// The same with a closure that is a single turn.
    ///
    /// It cannot suspend, so its changes are sealed as soon as it returns, without a job of their own.
    package func turn<Result: Sendable>(
        _ name: String,
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> Result {
        try await entry.turn(entry.address(id(fromName: name)), body)
    }

    /// The same, with the result at once; what it depends on must be durable before it is told to anybody.
    package func earlyTurn<Result: Sendable>(
        _ name: String,
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> (Result, EarlyReply) {
        try await entry.earlyTurn(entry.address(id(fromName: name)), body)
    }

    /// The objects of this class that belong to one tenant.
    public func tenant(_ tenant: TenantID) -> TenantNamespace<Object> { TenantNamespace(all: self, tenant: tenant) }

    private func stub(_ id: DurableObjectID) throws(RoostError) -> Object {
        do {
            return try Object.resolve(id: entry.address(id), using: system)
        } catch {
            throw error as? RoostError ?? RoostError(.badCall, "The stub could not be made.")
        }
    }
}

/// The objects of one class that belong to one tenant.
///
/// There is no way from here to another tenant's objects.
public struct TenantNamespace<Object: DurableObject>: Sendable {
    private let all: ObjectNamespace<Object>

    /// The tenant.
    public let tenant: TenantID

    init(all: ObjectNamespace<Object>, tenant: TenantID) {
        self.all = all
        self.tenant = tenant
    }

    /// A stub for the tenant's object with this id: the object named `tenant:id`.
    ///
    /// - Throws: ``RoostError/Code/invalidName`` when the whole name is longer than 1,024 bytes.
    public func get(_ id: String) throws(RoostError) -> Object { try all.get(name(id)) }

    /// Calls the tenant's object with this id; see ``ObjectNamespace/call(_:_:)``.
    package func call<Result: Sendable>(
        _ id: String,
        _ body: @Sendable (isolated Object) async throws -> Result
    ) async throws -> Result {
        try await all.call(name(id), body)
    }

    /// Calls the tenant's object with this id; see ``ObjectNamespace/turn(_:_:)``.
    package func turn<Result: Sendable>(
        _ id: String,
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> Result {
        try await all.turn(name(id), body)
    }

    /// Calls the tenant's object with this id; see ``ObjectNamespace/earlyTurn(_:_:)``.
    package func earlyTurn<Result: Sendable>(
        _ id: String,
        _ body: @Sendable (isolated Object) throws -> Result
    ) async throws -> (Result, EarlyReply) {
        try await all.earlyTurn(name(id), body)
    }

    private func name(_ id: String) throws(RoostError) -> String {
        let name = tenant.objectName(id)
        guard name.utf8.count <= ObjectName.bytesMax else {
            throw RoostError(.invalidName, "An object's name has at most \(ObjectName.bytesMax) bytes.")
        }
        return name
    }

    /// The ids of the tenant's objects that have stored something, in byte order.
    ///
    /// - Parameters:
    ///   - after: The id after which to begin; nil for the first.
    ///   - limit: How many to return at most.
    public func ids(after: String? = nil, limit: Int) throws(RoostError) -> [String] {
        let prefix = tenant.namePrefix
        do {
            let names = try all.roost.store.names(
                of: all.entry.record.key,
                prefix: prefix,
                after: after.map { tenant.objectName($0) },
                limit: limit
            )
            return names.map { String($0.dropFirst(prefix.count)) }
        } catch {
            throw RoostError(error)
        }
    }
}
