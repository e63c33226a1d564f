import ArgumentParser
import Glibc
import RoostRuntime
import RoostStorage

/// The process that `roost torture` kills: says what it finds, then writes until it is killed.
///
/// It prints one line per fact, each with one system call, so that what was acknowledged outlives the process:
/// `found OBJECT NUMBER whole|torn`, `ready`, `acknowledged OBJECT NUMBER`.
struct TortureWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "torture-worker", shouldDisplay: false)

    @Option var data: String
    @Option var objects = 64
    @Flag var verifyOnly = false
    @Flag var acknowledgeEarly = false

    func run() async throws {
        let store = try Store.open(directory: data)
        let roost = Roost(store: store)
        try roost.register(TortureObject.self)
        let all = try roost.objects(of: TortureObject.self)
        var numbers: [Int] = []
        for object in 0..<objects {
            let finding = try await all.get("object-\(object)").look()
            numbers.append(finding.number)
            Self.say("found \(object) \(finding.number) \(finding.isWhole ? "whole" : "torn")")
        }
        Self.say("ready")
        if !verifyOnly {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (object, number) in numbers.enumerated() {
                    group.addTask { try await write(all.get("object-\(object)"), object, after: number) }
                }
                try await group.waitForAll()
            }
        }
        await roost.shutdown(limit: .seconds(10))
        store.close()
    }

    private func write(_ stub: TortureObject, _ object: Int, after number: Int) async throws {
        var number = number
        while true {
            number += 1
            if acknowledgeEarly { Self.say("acknowledged \(object) \(number)") }
            _ = try await stub.write(number)
            if !acknowledgeEarly { Self.say("acknowledged \(object) \(number)") }
        }
    }

    /// Written at once and whole: a pipe takes short lines in one piece.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        while count < 0, errno == EINTR {
            count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        }
        // Nobody listens any more: the command that started this process is gone.
        if count < 0 { Glibc.exit(EXIT_FAILURE) }
    }
}
