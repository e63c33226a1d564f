public import RoostRuntime

/// Something that goes wrong in a world, at a moment drawn from the seed.
public protocol SimulationFault: Sendable {
    /// What it is called in traces and reports.
    var name: String { get }

    /// Whether calls may fail because of it.
    ///
    /// Before the first such fault a call that fails is itself a mistake.
    var failsCalls: Bool { get }

    /// Makes it happen, or happen soon.
    ///
    /// Called between two steps, on the thread of the world.
    ///
    /// - Parameters:
    ///   - world: Where it happens.
    ///   - random: What its own choices are drawn from.
    /// - Returns: How to tell at the end whether it has shown itself.
    func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting
}

/// Whether a fault that was injected has shown itself.
public struct FaultSighting: Sendable {
    let isSeen: @Sendable () -> Bool

    /// It has.
    public static let now = FaultSighting { true }

    /// It is known at the end.
    public init(_ isSeen: @escaping @Sendable () -> Bool) { self.isSeen = isSeen }
}

extension RandomSource {
    /// A number out of a range, drawn evenly enough for tests.
    public func draw(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// Whether something happens that happens once in `count` times.
    public func oneIn(_ count: Int) -> Bool { next() % UInt64(max(1, count)) == 0 }

    /// A time whose order of magnitude is drawn evenly: from 1 ms to about `2^exponent` ms.
    public func delay(upTo exponent: Int = 14) -> Duration { .milliseconds(1 << draw(0...exponent)) }
}
