import RoostGateway
import Synchronization

/// Takes what a model says.
final class EventRecorder: Sendable {
    private let recorded = Mutex<[ModelEvent]>([])
    /// The events taken.
    let tally = Tally()

    var events: [ModelEvent] { recorded.withLock(\.self) }

    var pieces: [String] {
        events.compactMap { event in
            if case .text(let text) = event { text } else { nil }
        }
    }

    var text: String { pieces.joined() }

    var usage: ModelUsage? {
        for case .finished(let usage, _) in events { return usage }
        return nil
    }

    var sink: ModelSink {
        { event in
            self.recorded.withLock { $0.append(event) }
            self.tally.increment()
        }
    }
}

extension ModelRequest {
    /// A request about which nothing matters but what is asked.
    static func asking(_ text: String, model: String = "m-1") -> ModelRequest {
        ModelRequest(modelId: model, messages: [ChatTurn(role: .user, content: text)], traceId: "trace-1")
    }
}

/// The error a model ended with, or `nil` when it answered.
func failure(of body: () async throws(ModelError) -> Void) async -> ModelError? {
    do throws(ModelError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
