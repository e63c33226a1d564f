import ArgumentParser
import FoundationEssentials
import Glibc
import RoostRuntime

/// Starts on a store that was filled before and calls one object: a part of `bench store`, in a process of its own so
/// that nothing is warm and the memory is this part's alone.
struct ReadyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ready", shouldDisplay: false)

    @Argument var folder: String
    @Argument var object: String

    struct Result: Codable {
        var milliseconds: Double
        var residentBytes: Int
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let runtime = try BenchRuntime(folder: folder)
        let keys = try runtime.roost.objects(of: BenchKeys.self)
        guard try await keys.get(object).read() > 0 else { throw Failure(description: "The object is not there.") }
        let time = (clock.now - start) / .milliseconds(1)
        let result = Result(milliseconds: time, residentBytes: Self.residentBytes())
        await runtime.end()
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    static func inAnotherProcess(folder: String, object: String) throws -> Result {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "Cannot make a pipe.") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        let words: [String] = ["roost", "bench", "ready", folder, object]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) }
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/proc/self/exe", &actions, nil, arguments + [nil], environ)
        close(ends[1])
        defer { close(ends[0]) }
        guard code == 0 else { throw Failure(description: "Cannot start another process.") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = read(ends[0], &buffer, buffer.count), count > 0 { output += buffer[..<count] }
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process, status == 0 else {
            throw Failure(description: "The store could not be opened again.")
        }
        return try JSONDecoder().decode(Result.self, from: Data(output))
    }

    /// What the process holds in memory that is not the file's.
    private static func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0) << 10
    }
}
