import Dispatch
import Glibc
import Synchronization

/// A process started by a test, which sees its output, sends it signals and learns how it ended.
///
/// Signals go to this process alone: once it has ended its number may belong to somebody else, so its end is noticed
/// without freeing the number, and the number is freed under the lock that signals take.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    struct SpawnFailure: Error, CustomStringConvertible {
        let executable: String
        let reason: String
        var description: String { "\(executable) cannot be started: \(reason)" }
    }

    let pid: pid_t
    let standardOutput: OutputLines
    let standardError: OutputLines
    private let isReaped = Mutex(false)
    private let ending: Task<Ending, Never>

    /// Held while a process is started, so that no other child gets the ends of its pipes and keeps them open.
    private static let starting = Mutex(())

    /// Starts an executable with exactly the given environment, and without standard input.
    init(_ executable: String, _ arguments: [String], environment: [String: String]) throws {
        let (pid, output, errors) = try Self.starting.withLock { _ in
            try Self.spawn(executable, arguments, environment)
        }
        self.pid = pid
        standardOutput = OutputLines(reading: output)
        standardError = OutputLines(reading: errors)
        ending = Task { await Self.wait(for: pid) }
    }

    private static func spawn(
        _ executable: String,
        _ arguments: [String],
        _ environment: [String: String]
    ) throws -> (pid: pid_t, output: Int32, errors: Int32) {
        let output = try pipe()
        let errors = try pipe()
        defer { for file in [output.write, errors.write] { close(file) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO)
        let words = ([executable] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, nil, words, variables)
        guard code == 0 else {
            for file in [output.read, errors.read] { close(file) }
            throw SpawnFailure(executable: executable, reason: String(cString: strerror(code)))
        }
        return (pid, output.read, errors.read)
    }

    /// A pipe whose ends are closed in every child.
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw SpawnFailure(executable: "a pipe", reason: "too many open files") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Sends a signal, unless the process has ended.
    func send(_ signal: Int32) {
        isReaped.withLock { isReaped in
            if !isReaped { kill(pid, signal) }
        }
    }

    /// Waits until the process has ended.
    func waitForEnd() async -> Ending {
        let ending = await ending.value
        isReaped.withLock { isReaped in
            guard !isReaped else { return }
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            isReaped = true
        }
        return ending
    }

    /// Ends the process if it still runs, and waits for it.
    func stop() async {
        send(SIGKILL)
        _ = await waitForEnd()
    }

    /// Waits on a thread of its own, leaving the number of the process taken.
    private static func wait(for pid: pid_t) async -> Ending {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "waiting for \(pid)").async {
                var information = siginfo_t()
                while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                let status = information._sifields._sigchld.si_status
                continuation.resume(
                    returning: information.si_code == CLD_EXITED ? .exited(status) : .killed(signal: status)
                )
            }
        }
    }
}

extension ChildProcess {
    /// Everything a process said and how it ended.
    struct Outcome: Sendable {
        let ending: Ending
        let standardOutput: String
        let standardError: String
    }

    /// Runs an executable to its end.
    static func run(_ executable: String, _ arguments: [String], environment: [String: String]) async throws -> Outcome
    {
        let process = try ChildProcess(executable, arguments, environment: environment)
        return await withTaskCancellationHandler {
            let ending = await process.waitForEnd()
            return Outcome(
                ending: ending,
                standardOutput: await process.standardOutput.rest(),
                standardError: await process.standardError.rest()
            )
        } onCancel: {
            process.send(SIGKILL)
        }
    }
}
