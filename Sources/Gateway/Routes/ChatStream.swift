import Hummingbird
import NIOCore
import RoostRuntime

/// What a stream of frames depends on besides its exchange.
struct ChatStreamSettings: Sendable {
    let clock: any RuntimeClock
    /// The silence after which a comment line is sent.
    let heartbeat: Duration
    /// How long the reader may take for one frame.
    let stallLimit: Duration
}

/// Writes an answer as server-sent events while the model is still speaking.
///
/// The model runs in a child task and hands over one piece at a time; this side writes it and then takes the next. A
/// slow reader therefore slows the model. A reader who leaves closes the relay between the two, which cancels the
/// model; what was sent is stored by this side, whose task is not cancelled by that.
struct ChatStream: Sendable {
    let chat: ChatService
    let exchange: ChatExchange
    let connection: ClientConnection
    let settings: ChatStreamSettings

    /// The whole answer; its body does the work when the server writes it.
    var response: Response {
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8",
            .cacheControl: "no-cache",
            .xAccelBuffering: "no",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody { writer in try await write(to: &writer) })
    }

    @concurrent private func write(to writer: inout any ResponseBodyWriter) async throws {
        let frames = ChatFrames(exchange)
        let (outcome, sent) = try await relay(to: &writer, frames)
        // Stored also when nobody listens any more: the next answer builds on what was said.
        let conclusion: Result<ChatAnswer, EdgeError>
        do {
            conclusion = .success(try await chat.conclude(exchange, outcome))
        } catch {
            conclusion = .failure(EdgeError(mapping: error))
        }
        guard !connection.hasLeft else { throw CancellationError() }
        if let error = outcome.error {
            try await writer.write(frames.error(EdgeError(mapping: error)))
        } else if case .failure(let error) = conclusion {
            try await writer.write(frames.error(error))
        }
        try await writer.write(frames.done(try? conclusion.get(), id: sent + 1))
        try await writer.finish(nil)
    }

    /// Runs the model and writes what it says; returns how it ended and the number of frames written.
    @concurrent private func relay(
        to writer: inout any ResponseBodyWriter,
        _ frames: ChatFrames
    ) async throws -> (ChatOutcome, Int) {
        let relay = FrameRelay<String>()
        let registration = connection.whenLeft { relay.close() }
        defer { connection.forget(registration) }
        var sent = 0
        let outcome = try await withThrowingTaskGroup(of: ChatOutcome.self) { group in
            group.addTask { [chat, exchange] in
                let outcome = await chat.answer(exchange) { piece in try await relay.send(piece) }
                relay.finish()
                return outcome
            }
            loop: while true {
                switch await next(relay) {
                case .item(let piece):
                    guard await deliver(try frames.token(piece, id: sent + 1), to: &writer) else { break loop }
                    sent += 1
                case .heartbeat:
                    guard await deliver(ServerSentEvents.heartbeat, to: &writer) else { break loop }
                case .end: break loop
                }
            }
            // Closed before the end means that nobody wants to hear the rest.
            if relay.isClosed { group.cancelAll() }
            guard let outcome = try await group.next() else { throw CancellationError() }
            return outcome
        }
        return (outcome, sent)
    }

    private func next(_ relay: FrameRelay<String>) async -> FrameRelayEvent<String> {
        let timer = settings.clock.schedule(after: settings.heartbeat) { relay.beat() }
        defer { settings.clock.cancel(timer) }
        return await relay.next()
    }

    /// Writes one frame; says whether the reader is still there.
    @concurrent private func deliver(_ frame: ByteBuffer, to writer: inout any ResponseBodyWriter) async -> Bool {
        let timer = settings.clock.schedule(after: settings.stallLimit) { [connection] in connection.close() }
        defer { settings.clock.cancel(timer) }
        do {
            try await writer.write(frame)
            return true
        } catch {
            connection.leave()
            return false
        }
    }
}
