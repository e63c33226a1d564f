import RoostRuntime

/// A file's text, and where in it things are.
struct SourceText: Sendable {
    let fileName: String
    let bytes: [UInt8]
    /// The offsets at which lines begin.
    private let lineStarts: [Int]
    /// How many characters stand before each block; so that a place is found quickly on lines of any length.
    private let charactersBefore: [Int]

    private static let blockBytes = 256

    init(_ text: String, fileName: String) {
        self.init(bytes: Array(text.utf8), fileName: fileName)
    }

    init(bytes: [UInt8], fileName: String) {
        self.fileName = fileName
        self.bytes = bytes
        var starts = [0]
        var counts: [Int] = []
        var count = 0
        for offset in bytes.indices {
            let byte = bytes[offset]
            if offset % Self.blockBytes == 0 { counts.append(count) }
            if !Self.isContinuation(byte) { count += 1 }
            if byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        }
        lineStarts = starts
        charactersBefore = counts
    }

    /// The place of a byte: columns count characters as Unicode scalars, as editors mostly do.
    func location(_ offset: Int) -> DeploymentLocation {
        let offset = min(max(offset, 0), bytes.count)
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        var start = lineStarts[low]
        // A byte order mark is not seen by anybody.
        if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = min(3, offset) }
        let column = characters(before: max(start, offset)) - characters(before: start) + 1
        return DeploymentLocation(file: fileName, line: low + 1, column: column)
    }

    /// Counts Unicode scalars; continuation bytes belong to the scalar before them.
    private func characters(before offset: Int) -> Int {
        guard let last = charactersBefore.indices.last else { return 0 }
        let block = min(offset / Self.blockBytes, last)
        var count = charactersBefore[block]
        for byte in bytes[(block * Self.blockBytes)..<offset] where !Self.isContinuation(byte) { count += 1 }
        return count
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
