import AsyncHTTPClient
import RoostRuntime
import Synchronization

/// One of the clients of the crash test: asks in its own session and takes from a limit that it shares.
///
/// It goes on from life to life of the server and never repeats a request whose fate it does not know.
actor CrashClient {
    private let name: String
    private let tenant: String
    private let session: String
    private let limit: SharedLimit
    private let random: SeededRandomSource
    private var log = ClientLog()

    init(number: Int, limit: SharedLimit, seed: UInt64) {
        name = "user-\(number)"
        tenant = limit.tenant
        self.limit = limit
        random = SeededRandomSource(seed: seed)
        session = random.uuid()
    }

    /// Makes requests until the server is gone.
    func work(_ http: HTTPClient, url: String, life: CrashLife) async {
        let edge = EdgeClient(http: http, url: url, tenant: tenant, user: name)
        while !life.isOver {
            do {
                switch random.next() % 3 {
                case 0: try await limit.take(edge)
                case 1: try await ask(edge)
                default: try await listen(edge)
                }
                life.acknowledged()
            } catch {
                return life.failed(error, of: name)
            }
        }
    }

    /// Asks once more, then compares what the server has with what it said.
    ///
    /// - Returns: Everything that is wrong.
    func verify(_ http: HTTPClient, url: String) async throws -> [String] {
        let edge = EdgeClient(http: http, url: url, tenant: tenant, user: name)
        try await ask(edge)
        let history = try await edge.history(of: session)
        let metadata = try await edge.metadata(of: session)
        var problems = HistoryCheck.problems(
            log: log,
            messages: history.messages,
            messageCount: metadata.messageCount
        )
        if history.cursor != nil { problems.append("The history has more pages than one.") }
        let listed = try await edge.sessions().map { "\($0.sessionId) \($0.messageCount)" }
        if listed != ["\(session) \(metadata.messageCount)"] {
            problems.append("The list of sessions tells \(listed).")
        }
        return problems.map { "\(name) in \(session): \($0)" }
    }

    /// How many questions it asked, and how many of them were answered.
    var counts: (asked: Int, answered: Int) {
        (log.exchanges.count, log.exchanges.count { $0.answer != nil })
    }

    private func ask(_ edge: EdgeClient) async throws {
        let text = question()
        let reply = try await edge.chat(text, in: session)
        log.acknowledge(ClientLog.Answer(messageId: reply.messageId, content: reply.message.content))
    }

    private func listen(_ edge: EdgeClient) async throws {
        let text = question()
        var content = ""
        try await edge.stream(text, in: session) { frame in
            let part = try frame.part()
            if let piece = part.content {
                content += piece
                log.acknowledgeQuestion()
            } else if let messageId = part.messageId {
                log.acknowledge(ClientLog.Answer(messageId: messageId, content: content))
            }
        }
    }

    /// A question unlike any other.
    private func question() -> String {
        let text = "\(name) asks number \(log.exchanges.count)"
        log.ask(text)
        return text
    }
}

/// A limit that several clients take from, and what they know of it.
final class SharedLimit: Sendable {
    private struct Counts {
        var attempted = 0
        var acknowledged = 0
    }

    let tenant: String
    private let key: String
    private let counts = Mutex(Counts())

    init(tenant: String, key: String) {
        self.tenant = tenant
        self.key = key
    }

    func take(_ edge: EdgeClient) async throws {
        counts.withLock { $0.attempted += 1 }
        let reply = try await edge.check(key)
        guard reply.allowed else { throw EdgeClient.UnexpectedAnswer(description: "The limit \(key) is used up.") }
        counts.withLock { $0.acknowledged += 1 }
    }

    /// Everything that is wrong: what was acknowledged must have been counted, and nothing that nobody attempted.
    func problems(_ http: HTTPClient, url: String) async throws -> [String] {
        let edge = EdgeClient(http: http, url: url, tenant: tenant, user: "checker")
        let usage = try await edge.usage(of: key)
        let counted = usage.limit - usage.remaining
        let counts = counts.withLock { $0 }
        guard !(counts.acknowledged...counts.attempted).contains(counted) else { return [] }
        return ["\(tenant) \(key) counted \(counted), acknowledged \(counts.acknowledged) of \(counts.attempted)."]
    }
}
