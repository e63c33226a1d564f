import Testing

@testable import RoostGateway

/// When keys are fetched and how long they are used, without fetching any.
struct KeySetCacheTests {
    private typealias Cache = KeySetCache<[String]>

    /// The step as a word.
    private func step(_ cache: Cache, _ now: Int64, _ key: String = "a") -> String {
        switch cache.step(now: now, isKnown: { $0.contains(key) }) {
        case .use(let keys): keys.joined(separator: ",")
        case .fetch: "fetch"
        case .refuse(let error): "\(error)"
        }
    }

    private func holding(_ keys: [String], at time: Int64) -> Cache {
        var cache = Cache()
        cache.fetched(.success(keys), now: time)
        return cache
    }

    @Test func `the first token fetches, those of the next quarter of an hour do not`() {
        #expect(step(Cache(), 1_000) == "fetch")
        let cache = holding(["a"], at: 1_000)
        #expect(step(cache, 1_000) == "a")
        #expect(step(cache, 1_899) == "a")
        #expect(step(cache, 1_900) == "fetch")
    }

    @Test func `a key that is not known is looked for, but not more often than every half minute`() {
        let cache = holding(["a"], at: 1_000)
        #expect(step(cache, 1_029, "b") == "a")
        #expect(step(cache, 1_030, "b") == "fetch")
        #expect(step(cache, 1_030, "a") == "a")
    }

    @Test func `old keys are used while their address fails, for a day`() {
        var cache = holding(["a"], at: 1_000)
        cache.fetched(.failure(.timedOut), now: 2_000)
        #expect(step(cache, 2_029) == "a")
        #expect(step(cache, 2_030) == "fetch")
        cache.fetched(.failure(.unreachable), now: 87_399)
        #expect(step(cache, 87_399) == "a")
        #expect(step(cache, 87_400) == KeySetError.unreachable.description)
        cache.fetched(.success(["b"]), now: 90_000)
        #expect(step(cache, 90_001, "b") == "b")
    }

    @Test func `without any keys the last failure is the answer until it is tried again`() {
        var cache = Cache()
        cache.fetched(.failure(.status(500)), now: 1_000)
        #expect(step(cache, 1_029) == KeySetError.status(500).description)
        #expect(step(cache, 1_030) == "fetch")
    }

    @Test func `a clock that steps back makes everything old, one that wavers does not`() {
        let cache = holding(["a"], at: 1_000)
        #expect(step(cache, 999) == "a")
        #expect(step(cache, 999, "b") == "a")
        #expect(step(cache, 500) == "fetch")
    }
}
