import Dispatch
import Glibc

/// The lines a process writes, read on a thread of their own so that the process never waits for us.
struct OutputLines: Sendable {
    /// The newest lines that are kept until somebody asks for them.
    private static let linesMax = 10_000

    private let lines: AsyncStream<String>

    /// Reads until the other side closes; then closes the file.
    init(reading file: Int32) {
        let (lines, continuation) = AsyncStream.makeStream(
            of: String.self,
            bufferingPolicy: .bufferingNewest(Self.linesMax)
        )
        self.lines = lines
        DispatchQueue(label: "reading file \(file)").async {
            defer {
                close(file)
                continuation.finish()
            }
            var line: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 16 * 1024)
            while true {
                let count = read(file, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer.prefix(count) {
                    if byte == UInt8(ascii: "\n") {
                        continuation.yield(String(decoding: line, as: UTF8.self))
                        line.removeAll(keepingCapacity: true)
                    } else {
                        line.append(byte)
                    }
                }
            }
            if !line.isEmpty { continuation.yield(String(decoding: line, as: UTF8.self)) }
        }
    }

    /// The next line that contains a text, or `nil` when the process closed its output without one.
    func first(containing text: String) async -> String? {
        for await line in lines where line.contains(text) { return line }
        return nil
    }

    /// Everything that was not asked for yet, once the process closed its output.
    func rest() async -> String {
        var text = ""
        for await line in lines { text += line + "\n" }
        return text
    }
}
