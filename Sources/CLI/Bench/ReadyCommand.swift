import ArgumentParser
import FoundationEssentials
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
        let result = Result(milliseconds: time, residentBytes: ProcessMemory.bytes)
        await runtime.end()
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    static func inAnotherProcess(folder: String, object: String) throws -> Result {
        var process = try OwnProcess(["bench", "ready", folder, object])
        let line = process.nextLine()
        guard process.end() == .clean, let line else {
            throw Failure(description: "The store could not be opened again; the message stands above.")
        }
        return try JSONDecoder().decode(Result.self, from: Data(line.utf8))
    }
}
