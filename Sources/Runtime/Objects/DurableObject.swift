public import Distributed

/// Makes ``ObjectSystem`` the actor system of every distributed actor in a file that imports this module.
public typealias DefaultDistributedActorSystem = ObjectSystem

/// A class of named, durable, single-threaded objects.
///
/// ```swift
/// distributed actor Counter: DurableObject {
///     let storage: ObjectStorage
///
///     init(context: ObjectContext) {
///         actorSystem = context.actorSystem
///         storage = context.storage
///     }
///
///     distributed func increment(by amount: Int = 1) throws -> Int {
///         let value = (try storage.get("value", as: Int.self) ?? 0) + amount
///         try storage.put("value", value)
///         return value
///     }
/// }
/// ```
///
/// The initializer may be `async`, `throws`, both or neither. It runs when the first event reaches a sleeping object;
/// events wait, in order, until it has returned. When it throws, every waiting caller gets its error, what it had
/// written is dropped, and the next call starts a fresh instance.
///
/// `self` must not leave the object, because a call through it would go past the gates: hand out
/// ``ObjectContext/stub(as:)``. Work started with `Task.detached` counts as work from outside; plain `Task { }`
/// belongs to the object.
///
/// Isolation: an instance is an ordinary actor. Between two `await`s nothing else runs in it, at every `await`
/// something else may. Everything changed between two `await`s is committed together or not at all.
public protocol DurableObject: DistributedActor where ActorSystem == ObjectSystem {
    /// Makes the instance for a sleeping object.
    ///
    /// - Parameter context: What the object may use. It must store `context.actorSystem` in `actorSystem` first.
    init(context: sending ObjectContext) async throws

    /// What the alarm handler returns.
    ///
    /// Nobody names this type: the compiler infers it, and so it is known which classes have a handler.
    associatedtype AlarmResult: Sendable = Void

    /// Called when the object's alarm is due; see ``ObjectStorage/setAlarm(_:options:)``.
    ///
    /// ```swift
    /// func alarm(_ invocation: AlarmInvocation) async throws {
    ///     try storage.delete("draft")
    /// }
    /// ```
    ///
    /// It runs at least once for every alarm, never before its time, and one run at a time. When it throws, it is
    /// called again after 2, 4, 8, 16, 32 and 64 s, each up to a quarter longer, and then no more. A handler that must
    /// go on for ever sets a new alarm before it does what may fail. A run that takes longer than
    /// ``RoostConfiguration/alarmTimeMax`` fails, and its object is reset.
    ///
    /// Classes need not have one; then they cannot set an alarm.
    func alarm(_ invocation: AlarmInvocation) async throws -> AlarmResult

    /// Answers a request; see ``ObjectRequest`` and ``ObjectResponse``.
    ///
    /// ```swift
    /// func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
    ///     .text("You asked for \(request.path).")
    /// }
    /// ```
    ///
    /// Whoever has a stub asks with ``fetch(_:body:)`` or ``fetch(_:method:headerFields:body:)``. The response leaves
    /// when everything that was changed before is durable, and so does each chunk of its body.
    ///
    /// Classes need not have one; then it throws ``RoostError/Code/handlerMissing``.
    func fetch(_ request: ObjectRequest) async throws -> ObjectResponse

    /// A message has come over one of the object's WebSockets; see ``ObjectContext/acceptWebSocket(_:tags:)``.
    ///
    /// ```swift
    /// func webSocketMessage(_ socket: WebSocket, _ message: WebSocketMessage) async throws {
    ///     for other in context.getWebSockets() where other != socket { try other.send(message) }
    /// }
    /// ```
    ///
    /// The next message of the same socket comes when this has returned and what it has changed is durable; messages of
    /// other sockets may come at every `await`. An error is reported to the observer and has no other consequence.
    func webSocketMessage(_ socket: sending WebSocket, _ message: WebSocketMessage) async throws

    /// The other side has closed one of the object's WebSockets, or has vanished, which is code 1006.
    ///
    /// It is called once for each socket, unless ``webSocketFailed(_:_:)`` is. When the object has not closed the
    /// socket itself, the other side gets the same code back afterwards. Then the socket is gone.
    func webSocketClosed(_ socket: sending WebSocket, _ close: WebSocketClose) async throws

    /// One of the object's WebSockets has failed: the other side broke the protocol, or was too slow.
    ///
    /// Then the socket is gone.
    func webSocketFailed(_ socket: sending WebSocket, _ error: WebSocketError) async throws

    /// The migrations of the tables in the objects' databases, in order; by default none.
    ///
    /// They run in an object when it wakes, those that have not run in it, before its initializer.
    static var schemaMigrations: [SchemaMigration] { get }
}

extension DurableObject {
    /// Tells that this class handles no alarms.
    public func alarm(_ invocation: AlarmInvocation) async throws -> NoAlarmHandler { NoAlarmHandler() }

    /// Tells that this class answers no requests.
    public func fetch(_ request: ObjectRequest) async throws -> ObjectResponse { throw RoostError.noFetchHandler }

    /// Does nothing.
    public func webSocketMessage(_ socket: sending WebSocket, _ message: WebSocketMessage) async throws {}

    /// Does nothing.
    public func webSocketClosed(_ socket: sending WebSocket, _ close: WebSocketClose) async throws {}

    /// Does nothing.
    public func webSocketFailed(_ socket: sending WebSocket, _ error: WebSocketError) async throws {}

    /// No migrations.
    public static var schemaMigrations: [SchemaMigration] { [] }
}
