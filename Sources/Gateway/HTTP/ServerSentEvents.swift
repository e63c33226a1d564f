package import NIOCore

/// Writes the frames of an event stream.
package enum ServerSentEvents {
    /// A line that clients skip; it keeps connections open that would be closed for silence.
    package static let heartbeat = ByteBuffer(string: ": keep-alive\n\n")

    /// One frame; `data` is one line of JSON.
    package static func frame(id: Int? = nil, event: String? = nil, data: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        if let id { buffer.writeString("id: \(id)\n") }
        if let event { buffer.writeString("event: \(event)\n") }
        buffer.writeString("data: ")
        buffer.writeImmutableBuffer(try JSONText.bytes(data))
        buffer.writeString("\n\n")
        return buffer
    }
}
