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
    /// What the storage holds, to spare decoding it at every call.
    private var state: RateLimiterState?

    /// Creates the instance for an object; the runtime calls this.
    public init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
        state = try context.storage.get(Self.key, as: RateLimiterState.self)
    }

    /// Asks for `cost` requests under `policy` and takes them if they are free.
    ///
    /// - Throws: ``RateLimiterError`` if the cost is not positive; `RoostError` if the store refuses the write, in
    ///   which case nothing was taken.
    public distributed func check(_ policy: RateLimitPolicy, cost: Int) throws -> RateLimitDecision {
        guard cost > 0 else { throw RateLimiterError.invalidCost(cost) }
        let now = clock.now
        var next = state ?? RateLimiterState(policy: policy, now: now)
        next.adopt(policy, now: now)
        let decision = next.check(cost: cost, now: now)
        if decision.allowed {
            try storage.put(Self.key, next)
            state = next
        }
        return decision
    }

    /// Says what a request of cost 1 would get, without taking anything.
    public distributed func usage(_ policy: RateLimitPolicy) -> RateLimitDecision {
        let now = clock.now
        var view = state ?? RateLimiterState(policy: policy, now: now)
        view.adopt(policy, now: now)
        return view.usage(now: now)
    }

    /// Forgets everything that was used.
    public distributed func reset() throws {
        try storage.deleteAll()
        state = nil
    }
}
