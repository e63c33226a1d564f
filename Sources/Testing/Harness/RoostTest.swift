public import RoostRuntime
public import RoostStorage
import Synchronization

/// A whole runtime inside a test: in memory, with virtual time and repeatable randomness, sharing nothing with other
/// tests.
///
/// ```swift
/// let test = try RoostTest { try $0.register(Counter.self) }
/// #expect(try await test.objects(of: Counter.self).get("a").increment() == 1)
/// try test.crash()
/// #expect(try await test.objects(of: Counter.self).get("a").increment() == 2)
/// try await test.finish()
/// ```
///
/// `withRoostTest` makes one and calls ``finish(patience:)`` at the end. The runtime ends with the last reference to
/// the test.
public final class RoostTest: Sendable {
    /// The time.
    ///
    /// It stands still until the test advances it.
    public let clock = VirtualClock()

    /// What is durable.
    ///
    /// It survives ``crash()``, and takes faults.
    public let disk: MemoryDisk

    private let configuration: RoostConfiguration
    private let seams: RuntimeSeams
    private let storeOptions: StoreOptions
    private let register: @Sendable (Roost) throws -> Void
    private let current: Mutex<(roost: Roost, store: Store)>
    let leftoverCheck = Mutex(LeftoverCheck())
    let resets = ResetLedger()

    /// Starts a runtime.
    ///
    /// - Parameters:
    ///   - disk: What is durable to begin with; by default nothing.
    ///   - seed: What all randomness follows from.
    ///   - configuration: How the runtime behaves.
    ///   - executor: Where the runtime's own tasks run; nil for Swift's pool.
    ///   - storeOptions: How the store behaves.
    ///   - register: Registers the classes; called again after each crash.
    public convenience init(
        disk: MemoryDisk = MemoryDisk(),
        seed: UInt64 = 1,
        configuration: RoostConfiguration = RoostConfiguration(),
        executor: (any TaskExecutor)? = nil,
        storeOptions: StoreOptions = StoreOptions(),
        register: @escaping @Sendable (Roost) throws -> Void
    ) throws {
        try self.init(
            disk: disk,
            seed: seed,
            configuration: configuration,
            executor: executor,
            storeOptions: storeOptions,
            mutations: [],
            register: register
        )
    }

    /// Starts a runtime, with deliberate mistakes in it.
    package init(
        disk: MemoryDisk,
        seed: UInt64,
        configuration: RoostConfiguration,
        executor: (any TaskExecutor)?,
        storeOptions: StoreOptions,
        mutations: ProtocolMutations,
        register: @escaping @Sendable (Roost) throws -> Void
    ) throws {
        self.disk = disk
        self.configuration = configuration
        self.register = register
        var options = storeOptions
        options.now = { [clock] in clock.now.milliseconds }
        self.storeOptions = options
        var seams = RuntimeSeams(clock: clock, random: SeededRandomSource(seed: seed), executor: executor)
        seams.mutations = mutations
        seams.resets = resets
        self.seams = seams
        current = Mutex(try Self.start(disk, options, configuration, seams, register))
    }

    deinit {
        let (roost, store) = current.withLock { $0 }
        roost.release()
        store.close()
    }

    /// Where the runtime's own tasks run; nil for Swift's pool.
    var executor: (any TaskExecutor)? { seams.executor }

    /// The runtime; another one after each crash.
    public var roost: Roost { current.withLock { $0.roost } }

    /// The store under the runtime; another one after each crash.
    public var store: Store { current.withLock { $0.store } }

    /// The objects of a class, in the runtime as it is now.
    public func objects<Object: DurableObject>(
        of type: Object.Type
    ) throws(RoostError) -> ObjectNamespace<Object> {
        try roost.objects(of: type)
    }

    /// Loses everything that was not durable, as a power failure does, and starts again on what was.
    ///
    /// Calls that are in flight fail. Stubs from before belong to the runtime that is gone; get new ones.
    public func crash() throws {
        disk.crash()
        try replace()
        resets.clear()
    }

    /// Ends the runtime as it should be ended, and starts again.
    public func restart() async throws {
        let (roost, store) = current.withLock { $0 }
        await roost.shutdown(limit: .zero)
        store.close()
        try replace()
    }

    private func replace() throws {
        let next = try Self.start(disk, storeOptions, configuration, seams, register)
        let before = current.withLock { current in
            let before = current
            current = next
            return before
        }
        before.roost.release()
        before.store.close()
    }

    private static func start(
        _ disk: MemoryDisk,
        _ options: StoreOptions,
        _ configuration: RoostConfiguration,
        _ seams: RuntimeSeams,
        _ register: @Sendable (Roost) throws -> Void
    ) throws -> (roost: Roost, store: Store) {
        let store = try Store.inMemory(on: disk, options: options)
        let roost = Roost(store: store, configuration: configuration, seams: seams)
        try register(roost)
        roost.start()
        return (roost, store)
    }
}
