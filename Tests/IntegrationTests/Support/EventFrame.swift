import FoundationEssentials

/// One server-sent event.
struct EventFrame: Sendable {
    var id: String?
    var event: String?
    var data = ""

    /// What the frame says.
    func part() throws -> StreamedPart {
        try JSONDecoder().decode(StreamedPart.self, from: Data(data.utf8))
    }
}

/// Finds whole frames in a stream of bytes; a frame that was cut off is never given out.
struct EventFrameParser {
    private var line: [UInt8] = []
    private var frame = EventFrame()

    mutating func take(_ bytes: [UInt8]) -> [EventFrame] {
        var frames: [EventFrame] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end]
            rest = rest[(end + 1)...]
            take(line: String(decoding: line, as: UTF8.self), &frames)
            line.removeAll(keepingCapacity: true)
        }
        line += rest
        return frames
    }

    private mutating func take(line text: String, _ frames: inout [EventFrame]) {
        if text.isEmpty {
            if !frame.data.isEmpty { frames.append(frame) }
            frame = EventFrame()
        } else if text.hasPrefix("id: ") {
            frame.id = String(text.dropFirst(4))
        } else if text.hasPrefix("event: ") {
            frame.event = String(text.dropFirst(7))
        } else if text.hasPrefix("data: ") {
            frame.data += text.dropFirst(6)
        }
    }
}
