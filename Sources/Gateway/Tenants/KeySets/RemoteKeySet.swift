import Synchronization

/// The keys that one tenant's issuer publishes at an address: fetched when a token needs them, and kept.
///
/// Guarantee: at most one fetch at a time, and only those wait for it who present a token of this tenant that cannot be
/// checked without. Each tenant has its own, so an issuer that is slow, or attacked, is no other tenant's business.
///
/// Failure: keys that are known stay in use while their address fails (``KeySetCache``); without any, checking fails
/// with the reason. A caller that is cancelled does not end the fetch, which has a limit of its own.
///
/// Isolation: may be used from any task.
final class RemoteKeySet: Sendable {
    /// The largest set, in bytes.
    static let largestSet = 64 << 10

    /// Asks an address for its text; it limits time and size by itself.
    typealias Fetch = @Sendable (_ url: String) async -> Result<[UInt8], KeySetError>

    private struct State {
        var cache = KeySetCache<KeySet>()
        var flight: Task<Void, Never>?
    }

    private enum Step {
        case done(Result<KeySet, KeySetError>)
        case wait(Task<Void, Never>)
    }

    private let url: String
    private let fetch: Fetch
    private let state = Mutex(State())

    init(url: String, fetch: @escaping Fetch) {
        self.url = url
        self.fetch = fetch
    }

    /// The keys to check a token with.
    ///
    /// - Parameters:
    ///   - identifier: The key that the token names, if it does.
    ///   - now: The time, in seconds since 1970.
    func keys(for identifier: String?, now: Int64) async throws(KeySetError) -> KeySet {
        // The second round is for those who had to wait.
        for _ in 0..<2 {
            switch step(identifier, now) {
            case .done(let result): return try result.get()
            case .wait(let flight): await flight.value
            }
        }
        throw .unreachable
    }

    private func step(_ identifier: String?, _ now: Int64) -> Step {
        state.withLock { state in
            switch state.cache.step(now: now, isKnown: { $0.knows(identifier) }) {
            case .use(let keys): return .done(.success(keys))
            case .refuse(let error): return .done(.failure(error))
            case .fetch:
                if let flight = state.flight { return .wait(flight) }
                let flight = Task.detached(name: "roost.keys") { await self.refresh(now) }
                state.flight = flight
                return .wait(flight)
            }
        }
    }

    private func refresh(_ now: Int64) async {
        let result: Result<KeySet, KeySetError>
        do throws(KeySetError) {
            let bytes = try await fetch(url).get()
            guard bytes.count <= Self.largestSet else { throw .tooLarge }
            result = .success(try await KeySet(published: bytes))
        } catch {
            result = .failure(error)
        }
        state.withLock { state in
            state.cache.fetched(result, now: now)
            state.flight = nil
        }
    }
}
