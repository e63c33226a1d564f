import Glibc
import RoostRuntime
import Testing

@testable import RoostGateway

/// Many who come at once; `roost bench sockets --parts crowd` does the same with ten thousand.
@Suite(.timeLimit(.minutes(5)))
struct WebSocketCrowdTests {
    /// How many files this process may open; both ends of each connection are among them.
    private static let filesMax: UInt = {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return limit.rlim_cur
    }()

    @Test(.enabled(if: filesMax >= 2_048, "This process may not open the files of 500 connections; see ulimit -n."))
    func `five hundred that come at once are served in turn, and who was there before is not harmed`() async throws {
        let log = SocketLog()
        var configuration = EdgeConfiguration()
        configuration.limits.connections = 200
        try await RunningServer.with(configuration: configuration, routes: log.route) { server in
            try await RawWebSocket.open(server.port) { talker in
                let isOver = Flag()
                let served = SharedCount()
                let port = server.port
                let crowd = Task {
                    defer { isOver.set() }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<500 {
                            group.addTask {
                                try await Self.visit(port, number)
                                served.add(1)
                            }
                        }
                        try await group.waitForAll()
                    }
                }
                var most = 0
                while !isOver.isSet {
                    try await talker.send(.text("still there"))
                    #expect(try await talker.receive() == .text("still there"))
                    most = max(most, server.service.connections.count)
                }
                try await crowd.value
                #expect(served.value == 500)
                // What one look at the listening socket brought may come on top.
                #expect(most <= 200 + 16)
                try await talker.send(RawWebSocket.close(1000))
                #expect(try await talker.receive()?.closeCode == 1000)
            }
            await server.service.connections.emptied()
        }
    }

    private static func visit(_ port: Int, _ number: Int) async throws {
        try await RawWebSocket.open(port) { socket in
            try await socket.send(.text("\(number)"))
            #expect(try await socket.receive() == .text("\(number)"))
            try await socket.send(RawWebSocket.close(1000))
            #expect(try await socket.receive()?.closeCode == 1000)
        }
    }
}
