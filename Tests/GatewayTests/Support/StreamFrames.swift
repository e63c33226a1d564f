import NIOCore
import RoostGatewayTesting
import Testing

@testable import RoostGateway

/// One frame of an answer's stream, parsed.
struct StreamFrame {
    var id: String
    var event: String
    var data: JSONPlace

    var content: String? { data["content"].string }
}

extension GatewayStream {
    /// Reads the next frame that is not a comment.
    func frame() async throws -> StreamFrame? {
        while let piece = await next() {
            if let frame = try StreamFrame.parse(String(buffer: piece)).first { return frame }
        }
        return nil
    }

    /// Reads all frames that are left.
    func frames() async throws -> [StreamFrame] { try await StreamFrame.parse(rest()) }
}

extension StreamFrame {
    static func parse(_ text: String) throws -> [StreamFrame] {
        var parser = ServerSentEventParser()
        return try parser.feed(text.utf8).map { event in
            StreamFrame(id: event.lastEventId, event: event.name, data: try JSONPlace(text: event.data))
        }
    }
}

/// Checks the text of the next frame.
func expectFrame(
    _ stream: GatewayStream,
    _ content: String,
    location: SourceLocation = #_sourceLocation
) async throws {
    let frame = try await stream.frame()
    #expect(frame?.content == content, sourceLocation: location)
}
