/// The system's cryptographically secure generator.
public struct SystemRandomSource: RandomSource {
    /// Creates the source; it has no state of its own.
    public init() {}

    /// The next 64 bits.
    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
