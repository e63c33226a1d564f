import Synchronization

/// A model that does exactly what it is told, for tests of whatever calls a model.
///
/// Each request takes the next script; when none is left it takes the usual one. If no usual one was given either,
/// nobody has expected the request: it gets an answer all the same, and counts as ``unscriptedCalls``. A script that
/// neither fails nor finishes is finished with estimated usage.
package final class ScriptedModel: ChatModel {
    /// One thing the model does.
    package enum Step: Sendable {
        /// Hands on a piece as it is.
        case text(String)
        /// Waits at ``ScriptedModel/turnstile`` until released.
        case wait
        /// Fails with this error.
        case fail(ModelError)
        /// Ends the answer with these counts.
        case finish(ModelUsage)
    }

    private struct State {
        var scripts: [[Step]]
        var requests: [ModelRequest] = []
        var cancellations = 0
        var unscripted = 0
    }

    /// The provider's name.
    package let name = "scripted"
    /// Where ``Step/wait`` waits.
    package let turnstile = Turnstile()

    private let usual: [Step]?
    private let state: Mutex<State>

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - scripts: What it does for the first requests, in order.
    ///   - usual: What it does for every further one; nil when there must be none.
    package init(_ scripts: [[Step]] = [], usual: [Step]? = nil) {
        self.usual = usual
        state = Mutex(State(scripts: scripts))
    }

    /// Creates a model that always hands on the same pieces.
    package convenience init(pieces: [String]) {
        self.init(usual: pieces.map(Step.text))
    }

    /// The requests it got, in order.
    package var requests: [ModelRequest] { state.withLock(\.requests) }

    /// How many answers were cancelled while they ran.
    package var cancellations: Int { state.withLock(\.cancellations) }

    /// How many requests it got for which there was no script.
    package var unscriptedCalls: Int { state.withLock(\.unscripted) }

    /// How many scripts nobody has asked for yet.
    package var unusedScripts: Int { state.withLock(\.scripts.count) }

    /// Adds a script for the next request that has none yet.
    package func enqueue(_ script: [Step]) {
        state.withLock { $0.scripts.append(script) }
    }

    /// Follows the next script.
    package func answer(_ request: ModelRequest, emit: @escaping ModelSink) async throws(ModelError) {
        let script = state.withLock { state in
            state.requests.append(request)
            if !state.scripts.isEmpty { return state.scripts.removeFirst() }
            if usual == nil { state.unscripted += 1 }
            return usual ?? Self.unexpected
        }
        do throws(ModelError) {
            try await follow(script, request: request, emit: emit)
        } catch {
            if error.code == .cancelled { state.withLock { $0.cancellations += 1 } }
            throw error
        }
    }

    private static let unexpected: [Step] = [.text("Hello"), .text(", world")]

    private func follow(_ script: [Step], request: ModelRequest, emit: ModelSink) async throws(ModelError) {
        var characters = 0
        for step in script {
            if Task.isCancelled { throw ModelError(.cancelled, "The answer is no longer wanted.") }
            switch step {
            case .text(let piece):
                try await hand(.text(piece), to: emit)
                characters += piece.count
            case .wait:
                guard await turnstile.pass() else {
                    throw ModelError(.cancelled, "The answer is no longer wanted.")
                }
            case .fail(let error):
                throw error
            case .finish(let usage):
                return try await hand(.finished(usage, modelId: request.modelId), to: emit)
            }
        }
        let usage = ModelUsage.estimate(messages: request.messages, answerCharacters: characters)
        try await hand(.finished(usage, modelId: request.modelId), to: emit)
    }
}
