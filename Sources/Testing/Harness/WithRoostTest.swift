public import RoostRuntime
public import RoostStorage

/// Runs a test on a runtime of its own, and fails it when something is left at its end.
///
/// ```swift
/// @Test func `a counter counts`() async throws {
///     try await withRoostTest { try $0.register(Counter.self) } test: { test in
///         let counter = try test.objects(of: Counter.self).get("a")
///         #expect(try await counter.increment() == 1)
///     }
/// }
/// ```
///
/// - Parameters:
///   - disk: What is durable to begin with; by default nothing.
///   - seed: What all randomness follows from.
///   - configuration: How the runtime behaves.
///   - storeOptions: How the store behaves.
///   - patience: How long something that is left may take to end, in real time.
///   - register: Registers the classes; called again after each crash.
///   - body: The test.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; ``LeftoverError`` when something is left.
public func withRoostTest<Result: Sendable>(
    disk: MemoryDisk = MemoryDisk(),
    seed: UInt64 = 1,
    configuration: RoostConfiguration = RoostConfiguration(),
    storeOptions: StoreOptions = StoreOptions(),
    patience: Duration = .seconds(5),
    register: @escaping @Sendable (Roost) throws -> Void,
    test body: (RoostTest) async throws -> Result
) async throws -> Result {
    let test = try RoostTest(
        disk: disk,
        seed: seed,
        configuration: configuration,
        storeOptions: storeOptions,
        register: register
    )
    let result = try await body(test)
    try await test.finish(patience: patience)
    return result
}

/// Runs a test on a runtime that does only what the test lets it do, and fails it when something is left at its end.
///
/// - Parameters:
///   - disk: What is durable to begin with; by default nothing.
///   - seed: What the order of all steps follows from.
///   - configuration: How the runtime behaves.
///   - register: Registers the classes; called again after each crash.
///   - body: The test.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; ``LeftoverError`` when something is left.
public func withSteppedTest<Result>(
    disk: MemoryDisk = MemoryDisk(),
    seed: UInt64 = 1,
    configuration: RoostConfiguration = RoostConfiguration(),
    register: @escaping @Sendable (Roost) throws -> Void,
    test body: (SteppedTest) throws -> Result
) throws -> Result {
    let test = try SteppedTest(disk: disk, seed: seed, configuration: configuration, register: register)
    let result = try body(test)
    try test.finish()
    return result
}
