import NIOCore
import NIOPosix
import Testing

/// A WebSocket client that sends whatever it is told to, right or wrong; it shares no code with the server's.
final class RawWebSocket {
    struct Frame: Equatable {
        var isFinal = true
        var opcode: UInt8
        var payload: [UInt8] = []

        static func text(_ text: String) -> Frame { Frame(opcode: 1, payload: Array(text.utf8)) }

        var text: String { String(decoding: payload, as: UTF8.self) }

        /// The code of a close frame.
        var closeCode: UInt16? {
            guard opcode == 8, payload.count >= 2 else { return nil }
            return UInt16(payload[0]) << 8 | UInt16(payload[1])
        }
    }

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var bytes = ByteBuffer()

    private init(
        _ channel: any Channel,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Opens a connection without a word.
    static func connect(_ port: Int, _ body: (RawWebSocket) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawWebSocket(channel.channel, inbound, outbound))
        }
    }

    /// Opens a connection and shakes hands.
    static func open(
        _ port: Int,
        path: String = "/echo",
        headers: [String] = [],
        _ body: (RawWebSocket) async throws -> Void
    ) async throws {
        try await connect(port) { socket in
            try await socket.send(request(path, headers))
            let head = try await socket.head()
            try #require(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
            try #require(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
            try await body(socket)
        }
    }

    static func request(_ path: String = "/echo", _ headers: [String] = [], without: [String] = []) -> String {
        let standard = [
            "host: localhost", "x-tenant-id: alpha", "connection: keep-alive, Upgrade", "upgrade: websocket",
            "sec-websocket-version: 13", "sec-websocket-key: \(key)",
        ]
        let kept = standard.filter { line in !without.contains { line.hasPrefix($0) } }
        return "GET \(path) HTTP/1.1\r\n" + (kept + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    // MARK: Sending

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    func send(raw: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: raw)) }

    func send(_ frame: Frame, reserved: UInt8 = 0, isMasked: Bool = true) async throws {
        try await send(raw: Self.encode(frame, reserved: reserved, isMasked: isMasked))
    }

    static func encode(_ frame: Frame, reserved: UInt8 = 0, isMasked: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [(frame.isFinal ? 0x80 : 0) | reserved << 4 | frame.opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        let count = frame.payload.count
        switch count {
        case ...125: bytes.append(mask | UInt8(count))
        case ...65_535: bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        default:
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(count >> shift & 0xFF)) }
        }
        guard isMasked else { return bytes + frame.payload }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return bytes + key + frame.payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    static func close(_ code: UInt16?, _ reason: String = "") -> Frame {
        Frame(opcode: 8, payload: (code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []) + Array(reason.utf8))
    }

    /// Closes the sending side, as a program that has ended does.
    func finish() { outbound.finish() }

    // MARK: Receiving

    /// The head of an HTTP answer, in lower case, as far as names are concerned.
    func head() async throws -> String {
        var text = ""
        while !text.hasSuffix("\r\n\r\n"), let byte = try await byte() { text.append(Character(Unicode.Scalar(byte))) }
        return Self.normal(text)
    }

    /// The text with the names of its fields in lower case.
    fileprivate static func normal(_ text: String) -> String {
        text.split(separator: "\r\n", omittingEmptySubsequences: false).map { line in
            guard let end = line.firstIndex(of: ":"), !line[..<end].contains(" ") else { return String(line) }
            return line[..<end].lowercased() + line[end...]
        }.joined(separator: "\r\n")
    }

    /// The next frame; nil when the server has closed.
    func receive() async throws -> Frame? {
        guard let first = try await byte(), let second = try await byte() else { return nil }
        // A server's frames are not masked.
        #expect(second & 0x80 == 0)
        var count = Int(second & 0x7F)
        if count >= 126 {
            let width = count == 126 ? 2 : 8
            count = 0
            for _ in 0..<width {
                guard let byte = try await byte() else { return nil }
                count = count << 8 | Int(byte)
            }
        }
        while bytes.readableBytes < count { guard try await more() else { return nil } }
        return Frame(
            isFinal: first & 0x80 != 0,
            opcode: first & 0x0F,
            payload: bytes.readBytes(length: count) ?? []
        )
    }

    /// Whether the server has closed and sent nothing more.
    func isAtEnd() async throws -> Bool {
        do {
            return try await receive() == nil
        } catch is IOError {
            return true
        }
    }

    fileprivate func byte() async throws -> UInt8? {
        while bytes.readableBytes == 0 { guard try await more() else { return nil } }
        return bytes.readInteger()
    }

    private func more() async throws -> Bool {
        guard var piece = try await inbound.next(isolation: #isolation) else { return false }
        bytes.discardReadBytes()
        bytes.writeBuffer(&piece)
        return true
    }
}

extension RawWebSocket {
    /// All that comes until the server closes.
    func everything() async throws -> String {
        var text = ""
        while let byte = try await byte() { text.append(Character(Unicode.Scalar(byte))) }
        return Self.normal(text)
    }

    /// Throws away as many bytes.
    func skip(_ count: Int) async throws {
        for _ in 0..<count { _ = try await byte() }
    }
}
