/// How events other than calls reach the objects of one class, with the class's type forgotten.
///
/// Calls know the type of their object from the stub; who comes with a name of a class, or with a socket, does not.
///
/// Isolation: immutable.
struct ObjectEvents: Sendable {
    let fetch: @Sendable (ClassEntry, ObjectAddress, ObjectRequest) async throws -> ObjectResponse

    let socket: @Sendable (ClassEntry, ObjectSockets, SocketRecord, SocketEvent) async throws -> Void

    init<Object: DurableObject>(_ type: Object.Type) {
        fetch = { try await $0.fetch(type, $1, $2) }
        socket = { try await $0.deliver(type, $1, $2, $3) }
    }
}
