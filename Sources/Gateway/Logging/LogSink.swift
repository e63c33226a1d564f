import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Where finished log lines go.
package protocol LogSink: Sendable {
    /// Writes one line; a line break is added.
    func write(_ line: String)
}

/// Writes lines to the standard error stream, one at a time.
package final class StandardErrorSink: LogSink {
    private let lock = Mutex(())

    package init() {}

    package func write(_ line: String) {
        var line = line
        line.append("\n")
        lock.withLock { _ in
            line.withUTF8 { bytes in
                var rest = bytes[...]
                // A pipe may take a part of a line; a stream that is closed takes nothing, and then the line is lost.
                while let start = rest.baseAddressOfSlice {
                    let count = Glibc.write(STDERR_FILENO, start, rest.count)
                    guard count > 0 else { return }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    /// Whether a person is likely to read along.
    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var baseAddressOfSlice: UnsafePointer<UInt8>? {
        isEmpty ? nil : UnsafeBufferPointer(rebasing: self).baseAddress
    }
}

/// Keeps lines in memory, for tests that search them.
package final class MemoryLogSink: LogSink {
    private let stored = Mutex<[String]>([])

    package init() {}

    package func write(_ line: String) { stored.withLock { $0.append(line) } }

    /// The lines so far.
    package var lines: [String] { stored.withLock { $0 } }
}
