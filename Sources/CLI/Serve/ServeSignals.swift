import Glibc
import ServiceLifecycle
import UnixSignals

/// What SIGTERM and SIGINT do: the first asks the server to stop in good order, the second ends the process at once.
///
/// Ending at once loses nothing that was acknowledged, because a reply leaves only when what it depends on is on the
/// disk. Service-lifecycle's own handling would cancel the services at the second signal, which waits for them.
enum ServeSignals {
    /// Runs `body` with both signals caught; gives it a service that ends at the first one.
    static func watching(_ body: (ServeShutdown) async throws -> Void) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var isStopping = false
                for await signal in signals {
                    if isStopping { _exit(128 + signal.number) }
                    isStopping = true
                    continuation.yield()
                }
            }
            defer { group.cancelAll() }
            try await body(ServeShutdown(requests: requests))
        }
    }
}

/// A service that ends when the process was asked to stop, and with it the group it belongs to.
struct ServeShutdown: Service {
    fileprivate let requests: AsyncStream<Void>

    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in requests { return }
        }
    }
}

extension UnixSignal {
    fileprivate var number: Int32 { self == .sigint ? SIGINT : SIGTERM }
}
