import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A provider in this process that speaks OpenAI's protocol: it says the first word of an answer at once and the rest
/// when its gate is open, so that a test decides how long streams stay open.
struct StandInModel: Sendable {
    /// What is sent before the gate.
    static let firstPiece = "Listen: "

    let gate: Gate
    let port: Int

    /// The whole answer to a question.
    static func answer(to question: String) -> String {
        firstPiece + (1...20).map { "\(question), part \($0); " }.joined() + "that is all."
    }

    /// The environment that makes a server use it.
    var environment: [String: String] {
        ["ROOST_PROVIDER": "openai", "OPENAI_BASE_URL": "http://127.0.0.1:\(port)/v1"]
    }

    /// Runs `body` while the provider answers; opens its gate at the end.
    static func running<R: Sendable>(_ body: (StandInModel) async throws -> R) async throws -> R {
        let gate = Gate()
        let router = Router()
        router.post("/v1/chat/completions") { request, context in
            let asked = try await request.decode(as: Question.self, context: context)
            return response(to: asked.messages.last?.content ?? "", after: gate)
        }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "stand-in") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await application.run()
            }
            defer {
                gate.open()
                group.cancelAll()
            }
            for await port in ports { return try await body(StandInModel(gate: gate, port: port)) }
            throw DidNotListen()
        }
    }

    private struct DidNotListen: Error {}

    private struct Question: Decodable {
        struct Message: Decodable { let content: String }

        let messages: [Message]
    }

    private struct Chunk: Encodable {
        struct Choice: Encodable {
            struct Delta: Encodable { let content: String? }

            let index = 0
            let delta: Delta
            let finishReason: String?

            enum CodingKeys: String, CodingKey {
                case index, delta
                case finishReason = "finish_reason"
            }
        }

        let choices: [Choice]

        init(_ content: String?) {
            choices = [Choice(delta: Choice.Delta(content: content), finishReason: content == nil ? "stop" : nil)]
        }
    }

    private static func response(to question: String, after gate: Gate) -> Response {
        let pieces =
            [firstPiece] + answer(to: question).dropFirst(firstPiece.count).split(separator: " ").map { "\($0) " }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream"],
            body: ResponseBody { writer in
                for (index, piece) in pieces.enumerated() {
                    if index == 1 { await gate.pass() }
                    let isLast = index == pieces.count - 1
                    try await writer.write(frame(Chunk(isLast ? String(piece.dropLast()) : piece)))
                }
                try await writer.write(frame(Chunk(nil)))
                try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
                try await writer.finish(nil)
            }
        )
    }

    private static func frame(_ chunk: Chunk) throws -> ByteBuffer {
        ByteBuffer(string: "data: \(String(decoding: try JSONEncoder().encode(chunk), as: UTF8.self))\n\n")
    }
}
