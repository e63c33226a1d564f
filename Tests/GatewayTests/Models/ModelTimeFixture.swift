import RoostGateway
import Synchronization

/// Time that passes only when a test says so, except for the pauses between attempts, which take no time at all.
final class ModelTimeFixture: Sendable {
    static let firstToken = Duration.seconds(30)
    static let total = Duration.seconds(120)

    /// Where the limit of the first token waits.
    let firstTokenLimit = Turnstile()
    /// Where the limit of the whole answer waits.
    let totalLimit = Turnstile()

    private let state = Mutex((now: Duration.zero, pauses: [Duration]()))

    /// The pauses between attempts so far.
    var pauses: [Duration] { state.withLock(\.pauses) }

    func advance(by duration: Duration) {
        state.withLock { $0.now += duration }
    }

    var time: ModelTime {
        ModelTime(
            now: { self.state.withLock(\.now) },
            sleep: { duration in
                switch duration {
                case Self.firstToken:
                    guard await self.firstTokenLimit.pass() else { throw CancellationError() }
                case Self.total:
                    guard await self.totalLimit.pass() else { throw CancellationError() }
                default:
                    self.state.withLock { state in
                        state.pauses.append(duration)
                        state.now += duration
                    }
                }
            },
            random: { 0.5 }
        )
    }
}
