/// The bounds of everything the edge service's objects keep.
///
/// Every list, text and page an object handles has its limit here, so that one object can neither outgrow a value of
/// the store nor make another caller wait for an unbounded turn.
public enum EdgeObjectLimits {
    /// The largest limit, capacity or burst of a rate limit; it bounds the log of a ``SlidingWindow``.
    public static let rateLimitMax = 10_000

    /// The longest window of a rate limit, in seconds: 31 days.
    public static let rateLimitWindowSecondsMax = 31 * 86_400

    /// The longest message of a person, in Unicode scalars.
    ///
    /// Scalars, not grapheme clusters: one cluster may hold any number of combining marks, while 10,000 scalars of
    /// any script are at most 40,000 bytes.
    public static let messageScalarsMax = 10_000

    /// The longest answer that is kept, in bytes of UTF-8; a longer one ends there.
    public static let answerBytesMax = 96 * 1024

    /// The longest title of a session, in Unicode scalars.
    public static let titleScalarsMax = 200

    /// The longest name of a user, in bytes of UTF-8.
    public static let userBytesMax = 256

    /// The most messages a session keeps, whatever a tenant configures.
    public static let sessionMessagesMax = 100_000

    /// The most messages or sessions on one page.
    public static let pageMax = 1_000

    /// How many expired sessions the index forgets with each change.
    static let indexPruneBatch = 16
}
