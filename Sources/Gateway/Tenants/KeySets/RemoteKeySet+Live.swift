import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension RemoteKeySet {
    /// The longest a fetch may take, connection and TLS included.
    static let longestFetch = Duration.seconds(5)

    /// One client for all issuers, for as long as the process lives: it has a connection now and then.
    private static let client: HTTPClient = {
        let configuration = HTTPClient.Configuration(
            // The keys are those of the address that was configured, and of no other.
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(longestFetch))
        )
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Asks over HTTP.
    static let overHTTP: Fetch = { url in
        do throws(ModelError) {
            return try await TimeLimit.run(longestFetch, time: .live, message: "The issuer was too slow.") { _ in
                .success(await answer(url))
            }
        } catch {
            return .failure(error.code == .timedOut ? .timedOut : .unreachable)
        }
    }

    private static func answer(_ url: String) async -> Result<[UInt8], KeySetError> {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "accept", value: "application/json")
            let response = try await client.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { return .failure(.status(response.status.code)) }
            return .success(Array(buffer: try await response.body.collect(upTo: largestSet)))
        } catch is NIOTooManyBytesError {
            return .failure(.tooLarge)
        } catch {
            return .failure(.unreachable)
        }
    }
}
