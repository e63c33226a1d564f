public import RoostRuntime

/// What a simulation runs: the classes, the clients that call them, and what must hold.
///
/// ```swift
/// let counting = SimulationScenario("counting", "Several clients count with one object.") {
///     try $0.register(Counter.self)
/// } build: { world in
///     let counters = world.check(Linearizability(world, CounterModel()))
///     for number in 1...3 {
///         world.client("client \(number)") { client in
///             for _ in 0..<5 {
///                 await counters.perform(.add(1), on: "hits", by: client) {
///                     try await client.object(Counter.self, "hits").increment()
///                 }
///             }
///         }
///     }
/// }
/// try simulate(counting, seeds: 1...1_000)
/// ```
///
/// The clients' calls are made in an order drawn from the seed, and so are crashes, faults and delays; a client must be
/// prepared for calls that fail. Everything must run in tasks that belong to a client: child tasks do, `Task { }` and
/// `Task.detached` do not.
public struct SimulationScenario: Sendable {
    /// What it is called, in reports and on the command line.
    public let name: String

    /// One sentence on what it is about.
    public let summary: String

    /// What may go wrong in it.
    ///
    /// By default everything that the simulator knows.
    public var faults: [any SimulationFault] = StandardFaults.all

    /// How the runtime behaves.
    ///
    /// The idle time is drawn from the seed if ``drawsIdleTime`` is set.
    public var configuration = RoostConfiguration()

    /// Whether each seed has an idle time of its own, from a millisecond to the usual ten seconds.
    public var drawsIdleTime = true

    /// Whether half of the worlds crash once more before the last look.
    ///
    /// Not for scenarios with changes that may be lost in a crash.
    public var crashesAtEnd = true

    /// Whether the runtime must have nothing to do any more, some time after the last look: no timer, nobody awake.
    ///
    /// Not for objects that set a new alarm for ever.
    public var comesToRest = false

    let register: @Sendable (Roost) throws -> Void
    let build: @Sendable (Simulation) throws -> Void

    /// Describes a scenario.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - summary: One sentence on what it is about.
    ///   - register: Registers the classes; called again after each crash.
    ///   - build: Adds clients and checkers to a world; called once for each seed.
    public init(
        _ name: String,
        _ summary: String,
        register: @escaping @Sendable (Roost) throws -> Void,
        build: @escaping @Sendable (Simulation) throws -> Void
    ) {
        self.name = name
        self.summary = summary
        self.register = register
        self.build = build
    }
}
