import Glibc

/// This very program, started once more for another purpose, with its output line by line.
struct OwnProcess: ~Copyable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let pid: pid_t
    private let output: Int32
    private var pending: [UInt8] = []

    /// How it ended.
    enum Ending {
        /// By itself, without an error.
        case clean
        /// It was killed.
        case killed
        /// By itself, with an error.
        case failed
    }

    /// Starts it with these arguments.
    init(_ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "Too many files are open.") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        let words = (["roost"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/proc/self/exe", &actions, nil, words, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw Failure(description: "Another process cannot be started: \(String(cString: strerror(code)))")
        }
        self.pid = pid
        output = ends[0]
    }

    /// The next line; nil when the worker has ended and everything was read.
    mutating func nextLine() -> Substring? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeSubrange(...end)
                return line[...]
            }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = read(output, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            pending += bytes.prefix(count)
        }
    }

    /// Kills it as hard as can be.
    ///
    /// Its number is not free before `end` is called.
    func kill() { _ = Glibc.kill(pid, SIGKILL) }

    /// Waits for its end.
    consuming func end() -> Ending {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        close(output)
        if status == 0 { return .clean }
        return status & 0x7f == SIGKILL ? .killed : .failed
    }
}
