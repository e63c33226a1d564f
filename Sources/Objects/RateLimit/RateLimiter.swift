public import Distributed
public import RoostRuntime

/// One client's rate limit, durable: the object `<tenant>:<client key>`.
///
/// The policy comes with each call, because it is the tenant's configuration and not the object's; what was used is
/// kept when it changes. A check that is allowed writes one key, a refused one writes nothing. The answer leaves only
/// when that write is durable, so a limit holds across restarts and crashes.
public distributed actor RateLimiter: DurableObject {
    private static let key = "state"

    private let storage: ObjectStorage
    private let clock: any RuntimeClock
    /// What the storage holds, to spare decoding it at every call; an error if it cannot be read.
    private var stored: Result<RateLimiterState?, RateLimiterError>

    /// Creates the instance for an object; the runtime calls this.
    public init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
        let record = try context.storage.getBytes(Self.key)
        stored = Result { () throws(RateLimiterError) in
            guard let record else { return nil }
            return try RateLimiterState(record: record)
        }
    }

    /// Asks for `cost` requests under `policy` and takes them if they are free.
    ///
    /// - Throws: ``RateLimiterError`` if the cost is not positive or the state cannot be read; `RoostError` if the
    ///   store refuses the write, in which case nothing was taken.
    public distributed func check(_ policy: RateLimitPolicy, cost: Int) throws -> RateLimitDecision {
        guard cost > 0 else { throw RateLimiterError.invalidCost(cost) }
        let now = clock.now
        var next = try stored.get() ?? RateLimiterState(policy: policy, now: now)
        next.adopt(policy, now: now)
        let decision = next.check(cost: cost, now: now)
        if decision.allowed {
            try storage.putBytes(Self.key, next.record)
            stored = .success(next)
        }
        return decision
    }

    /// Says what a request of cost 1 would get, without taking anything.
    ///
    /// - Throws: ``RateLimiterError/unreadableState``.
    public distributed func usage(_ policy: RateLimitPolicy) throws -> RateLimitDecision {
        let now = clock.now
        var view = try stored.get() ?? RateLimiterState(policy: policy, now: now)
        view.adopt(policy, now: now)
        return view.usage(now: now)
    }

    /// Forgets everything that was used; works also when the state cannot be read.
    public distributed func reset() throws {
        try storage.deleteAll()
        stored = .success(nil)
    }
}
