/// When an issuer's keys are fetched, and how long they are used; pure.
///
/// Invariants
/// 1. Keys that are older than `lifetime` are used only while their address cannot be reached, and never beyond
///    `staleMax`.
/// 2. Between the beginnings of two fetches lies at least `interval`, whatever key ids tokens name: nobody can have us
///    ask the issuer more often by making some up.
///
/// The time is that of requests, in seconds, and they may overtake each other by a little; when it steps far back,
/// everything counts as old.
struct KeySetCache<Keys> {
    /// What to do for a token.
    enum Step {
        /// Check it with these.
        case use(Keys)
        /// Fetch the keys first, or wait for the fetch that is under way.
        case fetch
        /// There are no keys; the last fetch failed like this, not long ago.
        case refuse(KeySetError)
    }

    /// How long keys are used before they are fetched again: as long as a key lives that its issuer withdraws.
    static var lifetime: Int64 { 900 }
    /// The least time between two fetches.
    static var interval: Int64 { 30 }
    /// How long keys are used when they cannot be fetched again: a day.
    static var staleMax: Int64 { 86_400 }

    private var keys: (value: Keys, time: Int64)?
    private var attempt: (time: Int64, failure: KeySetError?)?

    /// - Parameters:
    ///   - now: The time, in seconds since 1970.
    ///   - isKnown: Whether these keys have the one that the token names.
    func step(now: Int64, isKnown: (Keys) -> Bool) -> Step {
        let hasJustTried = attempt.map { abs(now - $0.time) < Self.interval } ?? false
        guard let keys, (-Self.interval..<Self.staleMax).contains(now - keys.time) else {
            return hasJustTried ? .refuse(attempt?.failure ?? .unreachable) : .fetch
        }
        let isFresh = now - keys.time < Self.lifetime
        if hasJustTried || (isFresh && isKnown(keys.value)) { return .use(keys.value) }
        return .fetch
    }

    /// A fetch has ended.
    mutating func fetched(_ result: Result<Keys, KeySetError>, now: Int64) {
        switch result {
        case .success(let value):
            keys = (value, now)
            attempt = (now, nil)
        case .failure(let error):
            attempt = (now, error)
        }
    }
}
