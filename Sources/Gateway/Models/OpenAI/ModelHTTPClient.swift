import AsyncHTTPClient
import NIOCore
import ServiceLifecycle

/// The connections to the providers.
///
/// Long-lived: whoever creates it runs it as a service placed before the server, so that it is shut down after the
/// last answer, or calls ``shutdown()``.
package final class ModelHTTPClient: Service {
    /// How many answers may be streamed over HTTP/1.1 at the same time.
    package static let concurrentConnections = 1024

    let client: HTTPClient

    /// Creates the client; nothing is connected yet.
    ///
    /// - Parameter connectTimeout: The longest wait for a connection, TLS included. Default 5 s.
    package init(connectTimeout: Duration = .seconds(5)) {
        var configuration = HTTPClient.Configuration(
            // A redirect would carry the prompt to an address nobody configured.
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout))
        )
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.concurrentConnections
        // Retrying is our policy's business: it knows about the first token, the breaker and the total time.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Runs until shutdown is asked for, then closes all connections.
    package func run() async throws {
        try? await gracefulShutdown()
        try await shutdown()
    }

    /// Closes all connections; answers under way fail.
    package func shutdown() async throws {
        try await client.shutdown()
    }
}
