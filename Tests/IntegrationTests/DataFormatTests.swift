import AsyncHTTPClient
import FoundationEssentials
import Glibc
import RoostRuntime
import Testing

/// The store as a stranger reads it, who has `docs/data-format.md` and no program of ours.
struct DataFormatTests {
    private struct Row: Decodable {
        let table: String
        let key: String
        let payload: String
        let sound: Bool
    }

    private struct Verified: Decodable {
        let rows: Int
        let damageCount: Int
    }

    private static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first { access($0, X_OK) == 0 }

    private static var script: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/docs/read-store.py"
    }

    @Test(.enabled(if: python != nil, "There is no Python to read with."), .timeLimit(.minutes(10)))
    func `the documented format is enough to read every row and check it`() async throws {
        let python = try #require(Self.python)
        try await TemporaryDirectory.with { directory in
            try await HTTPClient.with { http in
                try await RoostServer.running(RoostServer.Settings(directory: directory)) { server in
                    let edge = EdgeClient(http: http, url: server.url, tenant: "alpha", user: "user")
                    _ = try await edge.chat("What a stranger can read", in: SeededRandomSource(seed: 5).uuid())
                }
            }
            let outcome = try await ChildProcess.run(
                python,
                [Self.script, directory.path("data")],
                environment: RoostBinary.environment
            )
            #expect(outcome.ending == .exited(0), "\(outcome.standardError)")
            let rows = try outcome.standardOutput.split(separator: "\n").map {
                try JSONDecoder().decode(Row.self, from: Data($0.utf8))
            }
            let damaged = rows.filter { !$0.sound }
            #expect(damaged.isEmpty)
            let format = Array("format".utf8).map(Self.hex).joined()
            let version = Array("roost 1".utf8).map(Self.hex).joined()
            let stored = rows.first { $0.table == "meta" && $0.key == format }
            #expect(stored?.payload == version)
            let ours = try await RoostBinary.run(["store", "verify", "--json", "--data", directory.path("data")])
            let verified = try JSONDecoder().decode(Verified.self, from: Data(ours.standardOutput.utf8))
            #expect(verified.rows == rows.count)
            #expect(verified.damageCount == 0)
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
