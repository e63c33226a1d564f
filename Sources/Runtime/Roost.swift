public import RoostStorage
import Synchronization

/// The runtime: classes, their objects, and what they run on.
///
/// ```swift
/// let roost = Roost(store: try Store.open(directory: ".roost"))
/// try roost.register(Counter.self)
/// let counter = try roost.objects(of: Counter.self).get("acme:hits")
/// try await counter.increment()
/// ```
///
/// Isolation: every member may be used from any thread. A `Roost` must stay alive for as long as stubs made by it are
/// used; stubs keep it alive.
public final class Roost: Sendable {
    /// How this runtime behaves.
    public let configuration: RoostConfiguration

    package let store: Store
    let seams: RuntimeSeams
    let observer: any RuntimeObserver
    let collector: IdleCollector
    private let memory: MemoryPressure
    let alarms: AlarmScheduler
    let mutations: ProtocolMutations
    let databases: DatabasePool

    private struct Classes {
        var byType: [ObjectIdentifier: ClassEntry] = [:]
        var byKey: [ClassKey: ClassEntry] = [:]
    }

    private let classes = Mutex(Classes())
    private let liveCount = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)
    private let released = Atomic<Bool>(false)
    private let socketCount = Atomic<Int>(0)

    /// Creates a runtime on an open store.
    ///
    /// It starts nothing until an object is called.
    ///
    /// - Parameters:
    ///   - store: Where everything durable is. The caller closes it, after ``shutdown(limit:)``.
    ///   - configuration: How to behave.
    ///   - seams: Time, randomness and scheduling.
    public init(store: Store, configuration: RoostConfiguration = RoostConfiguration(), seams: RuntimeSeams = .live) {
        self.store = store
        self.configuration = configuration
        self.seams = seams
        observer = configuration.observer
        mutations = seams.mutations
        memory = MemoryPressure(gauge: configuration.memoryGauge, bytesMax: configuration.residentBytesMax)
        collector = IdleCollector(clock: seams.clock, idleTime: configuration.idleTime, memory: memory)
        databases = DatabasePool(
            openMax: configuration.openDatabasesMax,
            bytesMax: configuration.openDatabaseBytesMax
        )
        alarms = AlarmScheduler(seams: seams, configuration: configuration)
        alarms.attach(self)
    }

    /// Begins to fire alarms, those that are overdue at once.
    ///
    /// To be called when all classes are registered. The first call to an object does it as well.
    public func start() { alarms.start() }

    /// The time, and timers.
    public var clock: any RuntimeClock { seams.clock }

    /// Randomness.
    public var random: any RandomSource { seams.random }

    // MARK: Classes

    /// Makes a class known, and creates it in the store if it is not there yet.
    ///
    /// - Parameters:
    ///   - type: The class.
    ///   - name: Its name in the store; by default the name of the type. It is part of every object's identity.
    ///   - storage: What its objects may store; by default a database if the class has schema migrations, else keys
    ///     and values alone.
    /// - Throws: ``RoostError/Code/classConflict`` when the name or type is taken, or the store has the class
    ///   otherwise; ``RoostError/Code/migrationFailed`` when its schema migrations are not in order or do not work on
    ///   an empty database; ``RoostError/Code/storeFailed``.
    public func register<Object: DurableObject>(
        _ type: Object.Type,
        name: String? = nil,
        storage: StorageKind? = nil
    ) throws(RoostError) {
        let key = ClassKey(script: configuration.script, name: name ?? String(describing: type))
        let isTaken = classes.withLock { classes in
            classes.byKey[key] != nil || classes.byType[ObjectIdentifier(type)] != nil
        }
        guard !isTaken else {
            throw RoostError(.classConflict, "The class \(key.name) is registered already. Register each class once.")
        }
        let stored = try stored(key)
        // A class that asks for nothing may be used with what it has been given.
        let isGiven = storage == nil && stored?.storage == .sql
        let storage = isGiven ? .sql : storage ?? (Object.schemaMigrations.isEmpty ? .keyValue : .sql)
        let schema = try ClassSchema(of: type, named: key.name, storage: storage, limits: configuration.limits.sql)
        if stored == nil { try requireUnmanaged(key) }
        let record: ClassRecord
        do {
            var taken = Set(try store.classes().map(\.uniqueKey))
            let uniqueKey = stored?.uniqueKey ?? ClassMigrator.uniqueKey(of: key, &taken)
            record = try store.registerClass(key, storage: storage, uniqueKey: uniqueKey)
        } catch {
            throw RoostError(error.code == .invalid ? .classConflict : .storeFailed, error.message, underlying: error)
        }
        add(ClassEntry(roost: self, record: record, type: type, schema: schema))
    }

    /// Makes a class known that migrations have made, with the storage they gave it.
    func register<Object: DurableObject>(_ type: Object.Type, deployedAs key: ClassKey) throws(RoostError) {
        guard classes.withLock({ $0.byKey[key] }) == nil else {
            throw RoostError(.classConflict, "The class \(key) is registered already. Deploy once.")
        }
        guard let record = try stored(key) else {
            throw RoostError(.unknownClass, "The store has no class \(key). Apply its migrations first.")
        }
        let limits = configuration.limits.sql
        let schema = try ClassSchema(of: type, named: key.name, storage: record.storage, limits: limits)
        add(ClassEntry(roost: self, record: record, type: type, schema: schema))
    }

    private func stored(_ key: ClassKey) throws(RoostError) -> ClassRecord? {
        do {
            return try store.classes().first { $0.key == key }
        } catch {
            throw RoostError(.storeFailed, error.message, underlying: error)
        }
    }

    private func add(_ entry: ClassEntry) {
        classes.withLock { classes in
            classes.byKey[entry.record.key] = entry
            // Two scripts may have a class of one type; the first is the one that is asked for by type.
            if classes.byType[entry.typeID] == nil { classes.byType[entry.typeID] = entry }
        }
        alarms.classesChanged()
    }

    /// The objects of a class.
    ///
    /// - Throws: ``RoostError/Code/unknownClass`` when the class was never registered.
    public func objects<Object: DurableObject>(of type: Object.Type) throws(RoostError) -> ObjectNamespace<Object> {
        guard let entry = classes.withLock({ $0.byType[ObjectIdentifier(type)] }) else {
            throw RoostError(.unknownClass, "The class \(type) is not registered. Call `register(\(type).self)` first.")
        }
        return ObjectNamespace(entry: entry, system: ObjectSystem(entry: entry))
    }

    func entry(of key: ClassKey) throws(RoostError) -> ClassEntry {
        guard let entry = classes.withLock({ $0.byKey[key] }) else {
            throw RoostError(.unknownClass, "The class \(key.name) of script \(key.script) is not registered.")
        }
        return entry
    }

    /// Every instance there is.
    var allLive: [Activation] { entries.flatMap(\.catalog.all) }

    package func knows(_ key: ClassKey) -> Bool { classes.withLock { $0.byKey[key] != nil } }

    /// All classes, in an order that does not depend on the process.
    private var entries: [ClassEntry] {
        classes.withLock { Array($0.byKey.values) }.sorted { $0.record.number < $1.record.number }
    }

    // MARK: Events

    /// Whether calls from outside are refused by now.
    var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// Whether the runtime is over: nothing is woken any more.
    var isReleased: Bool { released.load(ordering: .acquiring) }

    /// Counts an instance that was made, after making room for it.
    ///
    /// - Throws: ``RoostError/Code/overloaded`` when too many objects are awake and none is idle.
    func instanceBegins() throws(RoostError) {
        if memory.countsStart() { collector.relieve() }
        if liveCount.load(ordering: .relaxed) >= configuration.liveInstancesMax,
            collector.shed(Self.shedCount) == 0
        {
            throw RoostError(
                .overloaded,
                "All \(configuration.liveInstancesMax) objects that may be awake at once are busy.",
                overloaded: true
            )
        }
        liveCount.add(1, ordering: .relaxed)
    }

    /// How many idle objects are put to sleep at once when there are too many.
    private static let shedCount = 64

    func instanceEnded() { liveCount.subtract(1, ordering: .relaxed) }

    /// What may wait for the other side of a WebSocket; without a limit only in a test of the checkers.
    var webSocketPendingBytesMax: Int {
        mutations.contains(.slowReadersKept) ? .max : configuration.webSocketPendingBytesMax
    }

    func socketBegan(_ object: ObjectAddress) {
        socketCount.add(1, ordering: .relaxed)
        observer.webSocketAccepted(object)
    }

    func socketEnded(_ object: ObjectAddress) {
        socketCount.subtract(1, ordering: .relaxed)
        observer.webSocketEnded(object)
    }

    // MARK: State

    /// What can be said about the runtime at this moment.
    public var health: RuntimeHealth {
        RuntimeHealth(
            store: store.status,
            isDraining: draining.load(ordering: .acquiring),
            liveInstances: liveCount.load(ordering: .relaxed),
            webSockets: socketCount.load(ordering: .relaxed),
            openDatabases: databases.openCount,
            openDatabaseBytes: databases.bytes
        )
    }

    /// Takes no new calls from outside, waits until the objects have nothing to do, and puts them to sleep.
    ///
    /// WebSockets are closed with code 1001, and the same time is given to their other sides to answer.
    ///
    /// Calls that objects make to each other still work while that lasts, and their sockets' events still come to them.
    /// Everything acknowledged is durable anyhow; the limit only decides how long unfinished calls may take.
    ///
    /// - Parameter limit: How long to wait for unfinished calls.
    /// - Returns: Whether every object came to rest in time.
    @discardableResult
    public func shutdown(limit: Duration = .seconds(30)) async -> Bool {
        draining.store(true, ordering: .releasing)
        alarms.stop()
        let deadline = clock.elapsed + limit
        for entry in entries {
            for sockets in entry.sockets.allInOrder {
                sockets.closeAll(code: 1_001, reason: "The server is going away.")
            }
        }
        while !stopAll() || socketCount.load(ordering: .relaxed) > 0, clock.elapsed < deadline {
            await pause(.milliseconds(10))
        }
        let isAtRest = stopAll()
        release()
        return isAtRest
    }

    /// Lets go of the classes, and with them of all instances, finished or not.
    package func release() {
        draining.store(true, ordering: .releasing)
        released.store(true, ordering: .releasing)
        alarms.stop()
        collector.stop()
        for entry in entries {
            for activation in live(entry) { activation.reset(because: RoostError.shuttingDown) }
            for sockets in entry.sockets.allInOrder { entry.sockets.take(sockets.address.id.raw)?.cutOff() }
        }
        classes.withLock { $0 = Classes() }
    }

    private func stopAll() -> Bool {
        let now = clock.elapsed
        for entry in entries { for activation in live(entry) { _ = activation.stopIfIdle(since: now) } }
        return entries.allSatisfy { $0.catalog.count == 0 }
    }

    /// A class's instances; in order where runs are to be repeated.
    private func live(_ entry: ClassEntry) -> [Activation] {
        seams.executor == nil ? entry.catalog.all : entry.catalog.allInOrder
    }

    private func pause(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            clock.schedule(after: duration) { continuation.resume() }
        }
    }
}

/// What a runtime says of itself.
public struct RuntimeHealth: Sendable {
    /// Whether the store takes changes.
    public let store: StoreStatus
    /// Whether the runtime is shutting down.
    public let isDraining: Bool
    /// How many objects are awake.
    public let liveInstances: Int
    /// How many WebSockets objects have, awake or asleep.
    public let webSockets: Int
    /// How many databases of objects are open.
    public let openDatabases: Int
    /// What the open databases take in memory, in bytes.
    public let openDatabaseBytes: Int

    /// Whether the store takes changes; for those who need no reason.
    public var isStoreWritable: Bool { store == .ok }
}
