import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import RoostRuntime
import RoostTesting
import ServiceLifecycle
import Testing

@testable import RoostGateway

/// The service behind a real socket on the loopback address, on a port the system chooses.
struct RunningServer: Sendable {
    let port: Int
    let service: EdgeService
    let group: ServiceGroup
    let clock: VirtualClock

    /// Runs a server while `body` runs, then shuts it down as a signal would.
    static func with(
        configuration: EdgeConfiguration = EdgeConfiguration(),
        tenants: TenantDirectory = .builtIn,
        model: any ChatModel = OfflineModel(),
        routes: (inout RouteTable<EdgeRoute>) -> Void = { _ in },
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        let runtime = try RoostTest { try EdgeService.register(on: $0) }
        var configuration = configuration
        configuration.port = 0
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try EdgeService(
            configuration: configuration,
            roost: runtime.roost,
            tenants: tenants,
            model: model,
            routes: routes,
            logger: logger
        )
        let (ports, port) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let server = service.makeServer { number in port.yield(number) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let number = try #require(await iterator.next())
            do {
                try await body(RunningServer(port: number, service: service, group: group, clock: runtime.clock))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        withExtendedLifetime(runtime) {}
    }

    /// Lets virtual time pass, second by second, until `body` is done; what is due in a second happens in it.
    func whileTimePasses<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let passing = Task { [clock] in
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
                    try? await loop.submit {}.get()
                }
            }
        }
        defer { passing.cancel() }
        return try await body()
    }
}

/// A client that writes bytes as they are, well-formed or not.
final class RawClient {
    /// The most that is read of one answer.
    static let answerBytesMax = 1 << 20

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    static func connect(_ port: Int, _ body: (RawClient) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound, outbound))
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Reads until a text has arrived, or the server has closed.
    func read(until mark: String) async throws -> String {
        var text = ""
        while !text.contains(mark), text.utf8.count < Self.answerBytesMax {
            guard let piece = try await inbound.next(isolation: #isolation) else { break }
            text += String(buffer: piece)
        }
        return text
    }
}
