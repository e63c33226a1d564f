import RoostObjects
import Synchronization

/// Keeps what has been handed on of an answer, so that what is stored is what the reader has seen.
final class AnswerCollector: Sendable {
    /// Thrown at a model that goes on after the longest answer that is kept.
    struct Full: Error {}

    private struct State {
        var text = ""
        var usage: ModelUsage?
        var modelId: String?
    }

    private let state = Mutex(State())

    var text: String { state.withLock(\.text) }
    var usage: ModelUsage? { state.withLock(\.usage) }
    var modelId: String? { state.withLock(\.modelId) }

    /// Hands a piece on and keeps it afterwards: a piece that could not be handed on was not said.
    ///
    /// - Throws: ``Full`` once the answer is as long as it may be, whatever `deliver` throws before that.
    func take(_ piece: String, deliver: (String) async throws -> Void) async throws {
        let room = EdgeObjectLimits.answerBytesMax - state.withLock { $0.text.utf8.count }
        let fits = Self.prefix(of: piece, bytes: room)
        if !fits.isEmpty {
            try await deliver(fits)
            state.withLock { $0.text += fits }
        }
        guard fits.utf8.count == piece.utf8.count else { throw Full() }
    }

    func finish(_ usage: ModelUsage, modelId: String) {
        state.withLock { state in
            state.usage = usage
            state.modelId = modelId
        }
    }

    /// As many whole characters as fit.
    private static func prefix(of text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var count = 0
        return String(
            text.prefix { character in
                count += character.utf8.count
                return count <= bytes
            }
        )
    }
}
