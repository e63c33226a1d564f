import Synchronization

/// A repeatable source (SplitMix64): the same seed gives the same numbers in every process.
///
/// For tests and simulations only; its numbers can be guessed.
public final class SeededRandomSource: RandomSource {
    private let state: Mutex<UInt64>

    /// Creates a source whose numbers follow from `seed` alone.
    public init(seed: UInt64) { state = Mutex(seed) }

    /// The next 64 bits.
    public func next() -> UInt64 {
        let word = state.withLock { state in
            state &+= 0x9e37_79b9_7f4a_7c15
            return state
        }
        let first = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        let second = (first ^ (first >> 27)) &* 0x94d0_49bb_1331_11eb
        return second ^ (second >> 31)
    }
}
