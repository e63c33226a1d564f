public import HTTPTypes
public import NIOCore

/// A whole answer.
public struct GatewayAnswer: Sendable {
    /// Its status.
    public let status: HTTPResponse.Status
    /// Its headers.
    public let headers: HTTPFields
    /// Its body.
    public let body: ByteBuffer

    /// The body as text.
    public var text: String { String(buffer: body) }
}
