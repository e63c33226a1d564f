import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization

/// An object whose alarm handler is given by the test, under the object's name.
distributed actor Bell: DurableObject {
    typealias Handler = @Sendable (isolated Bell, AlarmInvocation) async throws -> Void

    /// One call of the handler.
    struct Ring: Sendable, Equatable {
        let scheduled: Timestamp
        let retryCount: Int
        let at: Timestamp
        /// What `getAlarm` said at its start.
        let alarm: Timestamp?
        let name: String?
    }

    private static let handlers = Mutex<[String: Handler]>([:])
    private static let rings = Mutex<[String: [Ring]]>([:])

    let context: ObjectContext
    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
    }

    distributed func ping() -> Int { 1 }

    func alarm(_ invocation: AlarmInvocation) async throws {
        let key = context.id.name ?? context.id.description
        let ring = Ring(
            scheduled: invocation.scheduledTime,
            retryCount: invocation.retryCount,
            at: context.clock.now,
            alarm: try storage.getAlarm(),
            name: context.id.name
        )
        Self.rings.withLock { $0[key, default: []].append(ring) }
        let handler = Self.handlers.withLock { $0[key] }
        try await handler?(self, invocation)
    }

    static func handle(_ name: String, _ handler: @escaping Handler) {
        handlers.withLock { $0[name] = handler }
    }

    static func rings(_ name: String) -> [Ring] { rings.withLock { $0[name] ?? [] } }
}

/// A class without an alarm handler.
distributed actor Deaf: DurableObject {
    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func set(_ milliseconds: Int64) throws {
        try storage.setAlarm(Timestamp(milliseconds: milliseconds))
    }
}

private let nextBell = Mutex(0)

/// One bell in a runtime that does nothing unless the test lets it.
struct Belfry {
    typealias Body<Result> = @Sendable (isolated Bell, ObjectStorage) async throws -> Result

    let test: SteppedTest
    let name: String
    let recorder: EventRecorder

    init(seed: UInt64 = 1, configure: (inout RoostConfiguration) -> Void = { _ in }) throws {
        let recorder = EventRecorder()
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        configure(&configuration)
        self.recorder = recorder
        test = try SteppedTest(seed: seed, configuration: configuration) { try $0.register(Bell.self) }
        name = nextBell.withLock { next in
            next += 1
            return "bell \(next)"
        }
    }

    var now: Timestamp { test.test.clock.now }

    var rings: [Bell.Ring] { Bell.rings(name) }

    func bell() throws -> Bell { try test.objects(of: Bell.self).get(name) }

    func onAlarm(_ handler: @escaping Bell.Handler) { Bell.handle(name, handler) }

    /// Runs `body` inside the bell, to its end.
    @discardableResult
    func inside<Result: Sendable>(_ body: @escaping Body<Result>) throws -> Result {
        try start(body).value()
    }

    /// Starts `body` inside the bell, and runs everything that can run.
    func start<Result: Sendable>(_ body: @escaping Body<Result>) throws -> Pending<Result> {
        let bell = try bell()
        let test = test.test
        let pending = self.test.start { try await test.run(in: bell) { try await body($0, $1.storage) } }
        self.test.settle()
        return pending
    }

    func alarm() throws -> Timestamp? { try inside { try $1.getAlarm() } }

    /// Sets the alarm so far from now.
    @discardableResult
    func set(_ delay: Duration) throws -> Timestamp {
        let time = now + delay
        try inside { try $1.setAlarm(time) }
        return time
    }

    /// The due times of the bells' alarms in the store.
    func durableAlarms() throws -> [Timestamp] { try test.test.alarms(of: Bell.self).map(\.due) }
}
