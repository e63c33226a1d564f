public import Distributed
public import RoostRuntime

/// The list of a tenant's sessions, newest first; the object `<tenant>:sessions`.
///
/// The sessions themselves are the truth. The index is told after every change of one; should that message be lost,
/// the next one repairs it. An older message that arrives late changes nothing.
public distributed actor SessionIndex: DurableObject {
    /// The name of the index within its tenant.
    public static let objectName = "sessions"

    private let storage: ObjectStorage
    private let clock: any RuntimeClock

    /// Creates the instance for an object; the runtime calls this.
    public init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
    }

    /// Enters a session or brings its line up to date, and forgets some that have expired.
    public distributed func upsert(_ summary: SessionSummary, policy: SessionPolicy) throws {
        let known = try storage.get(SessionIndexKeys.session(summary.sessionId), as: SessionSummary.self)
        if let known {
            guard known != summary, known.updatedAt <= summary.updatedAt else { return }
            _ = try storage.delete(SessionIndexKeys.ordered(known))
        }
        try storage.put(SessionIndexKeys.session(summary.sessionId), summary)
        for key in SessionIndexKeys.ordered(summary) { try storage.put(key, summary) }
        try forgetExpired(policy)
    }

    /// Takes a session out of the list; one that is not in it is fine.
    public distributed func remove(_ sessionId: String) throws {
        if let known = try storage.get(SessionIndexKeys.session(sessionId), as: SessionSummary.self) {
            try forget(known)
        }
    }

    /// Lists the sessions of one user, or of all with `nil`.
    ///
    /// - Throws: ``ChatSessionError/invalid(field:reason:)`` for a limit out of range.
    public distributed func list(
        user: String?,
        limit: Int,
        cursor: SessionCursor?,
        policy: SessionPolicy
    ) throws -> SessionPage {
        guard (1...EdgeObjectLimits.pageMax).contains(limit) else {
            throw ChatSessionError.invalid(field: "limit", reason: "must be between 1 and \(EdgeObjectLimits.pageMax)")
        }
        let prefix = SessionIndexKeys.prefix(user: user)
        let cutoff = policy.cutoff(clock.now)
        var options = ListOptions(prefix: prefix, limit: limit + 1)
        options.startAfter = cursor.map { prefix + $0.text }
        // Newest first: behind the first expired session there are only expired ones.
        var sessions = try storage.list(options, as: SessionSummary.self).map(\.value).filter { $0.updatedAt > cutoff }
        let isLast = sessions.count <= limit
        if !isLast { sessions.removeLast() }
        return SessionPage(sessions: sessions, cursor: isLast ? nil : sessions.last.map(SessionCursor.init))
    }

    private func forget(_ summary: SessionSummary) throws {
        _ = try storage.delete([SessionIndexKeys.session(summary.sessionId)] + SessionIndexKeys.ordered(summary))
    }

    private func forgetExpired(_ policy: SessionPolicy) throws {
        let cutoff = policy.cutoff(clock.now)
        let oldest = ListOptions(
            prefix: SessionIndexKeys.prefix(user: nil),
            reverse: true,
            limit: EdgeObjectLimits.indexPruneBatch
        )
        for (_, summary) in try storage.list(oldest, as: SessionSummary.self) where summary.updatedAt <= cutoff {
            try forget(summary)
        }
    }
}
