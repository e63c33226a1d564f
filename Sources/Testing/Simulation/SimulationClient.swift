public import RoostRuntime

/// One of those who call objects in a simulation.
///
/// Its calls may be delayed on their way, there and back, by virtual time drawn from the seed.
public final class SimulationClient: Sendable {
    /// What it is called in the trace.
    public let name: String

    /// The world it lives in.
    public let world: Simulation

    /// What the client draws its own choices from: repeatable, and independent of what others do.
    public let random: any RandomSource

    private let body: Simulation.ClientBody

    init(name: String, index: Int, world: Simulation, body: @escaping Simulation.ClientBody) {
        self.name = name
        self.world = world
        self.body = body
        var seed = world.seed &+ UInt64(index)
        for byte in name.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01b3 }
        random = SeededRandomSource(seed: seed)
    }

    func run() async {
        do {
            try await body(self)
            world.ended(name, nil)
        } catch {
            world.ended(name, error)
        }
    }

    /// A stub of a named object, in the runtime as it is now.
    public func object<Object: DurableObject>(_ type: Object.Type, _ name: String) throws -> Object {
        try world.objects(of: type).get(name)
    }

    /// Makes a call, and gives what came of it.
    ///
    /// - Parameters:
    ///   - label: What stands in the trace.
    ///   - body: The call. It gets its stubs anew, because there may have been a crash.
    /// - Returns: The result, or the error.
    /// - Throws: Only what ends the client, when a shorter run is tried: let it pass.
    public func attempt<Success: Sendable>(
        _ label: String,
        _ body: () async throws -> Success
    ) async throws -> Result<Success, any Error> {
        let call = try world.begin(label, by: name)
        await delay()
        let result: Result<Success, any Error>
        do {
            result = .success(try await Simulation.$current.withValue(call) { try await body() })
        } catch {
            result = .failure(error)
        }
        world.tell(.callReturned(call))
        await delay()
        switch result {
        case .success(let value):
            let text = (value as? any LosslessStringConvertible).map { " \(String($0).prefix(60))" } ?? ""
            world.end(call, "ok" + text, nil)
        case .failure(let error):
            let text = (error as? RoostError).map { $0.code.description } ?? String("\(error)".prefix(120))
            world.end(call, text, error)
        }
        return result
    }

    /// Makes a call and passes its error on.
    public func call<Success: Sendable>(
        _ label: String,
        _ body: () async throws -> Success
    ) async throws -> Success {
        try await attempt(label, body).get()
    }

    /// Waits, in virtual time.
    public func pause(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            world.clock.schedule(after: duration) { continuation.resume() }
        }
    }

    private func delay() async {
        guard !world.isHealing, let duration = world.delays.draw(random) else { return }
        await pause(duration)
    }
}

/// How often calls are delayed, and by how much at most: drawn once for each world.
struct DelayChance: Sendable {
    private let oneIn: Int
    private let exponent: Int

    init(_ random: any RandomSource) {
        oneIn = [0, 2, 4, 16][random.draw(0...3)]
        exponent = random.draw(0...14)
    }

    func draw(_ random: any RandomSource) -> Duration? {
        guard oneIn > 0, random.oneIn(oneIn) else { return nil }
        return random.delay(upTo: exponent)
    }
}
