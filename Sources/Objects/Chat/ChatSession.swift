public import Distributed
public import RoostRuntime

/// One conversation: its messages and what is known about it; the object `<tenant>:<session id>`.
///
/// A session keeps state and nothing else: models, retrieval and tools live in the gateway. Every call runs without
/// suspension, so what it changes is one turn: all of it is durable, or none.
///
/// * **Ownership** is decided here and nowhere else: a caller who may not use the session gets
///   ``ChatSessionError/notFound``.
/// * **Retention** is applied whenever the session is touched, and by an alarm: what is older than the policy allows or
///   beyond its number goes, oldest first. A session that nobody changed for that long is gone as a whole.
/// * **Storage** is SQL; the tables are those of `migrations/ChatSession`.
/// * **Time** never runs backwards within a session: a message is stamped no earlier than the one before it.
public distributed actor ChatSession: DurableObject {
    /// The tables, version by version.
    public static var schemaMigrations: [SchemaMigration] { EdgeMigrations.chatSession }

    let storage: ObjectStorage
    let objectContext: ObjectContext
    let clock: any RuntimeClock
    let random: any RandomSource

    /// Creates the instance for an object; the runtime calls this.
    public init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        objectContext = context
        clock = context.clock
        random = context.random
    }

    /// Creates the session, or finds it if `caller` has created it before.
    ///
    /// - Throws: ``ChatSessionError/conflict`` if it belongs to somebody else,
    ///   ``ChatSessionError/invalid(field:reason:)`` for a title, user or metadata that is too long.
    public distributed func create(
        _ session: NewSession,
        caller: SessionCaller,
        policy: SessionPolicy
    ) throws -> CreatedSession {
        try SessionRules.check(session, caller: caller)
        let now = clock.now
        if let existing = try current(policy, now: now) {
            guard existing.owner == caller.user else { throw ChatSessionError.conflict }
            return CreatedSession(session: existing.description(policy), isNew: false)
        }
        let record = SessionRecord(
            owner: caller.user,
            title: session.title,
            metadata: session.metadata,
            createdAt: now,
            updatedAt: now
        )
        try save(record, policy)
        return CreatedSession(session: record.description(policy), isNew: true)
    }

    /// Says what is known about the session.
    ///
    /// - Throws: ``ChatSessionError/notFound``.
    public distributed func metadata(caller: SessionCaller, policy: SessionPolicy) throws -> SessionMetadata {
        try opened(by: caller, policy).description(policy)
    }

    /// Appends a message and gives the messages before it.
    ///
    /// - Parameters:
    ///   - message: what to append.
    ///   - caller: who appends; must be allowed to use the session.
    ///   - policy: how much is kept.
    ///   - creating: whether a session that does not exist is created for `caller`.
    ///   - contextLimit: how many of the messages before it are returned; none with 0.
    /// - Throws: ``ChatSessionError``.
    public distributed func append(
        _ message: NewChatMessage,
        caller: SessionCaller,
        policy: SessionPolicy,
        creating: Bool,
        contextLimit: Int
    ) throws -> AppendedMessage {
        try SessionRules.check(message)
        let now = clock.now
        var record: SessionRecord
        if let existing = try current(policy, now: now) {
            guard caller.mayUse(sessionOf: existing.owner) else { throw ChatSessionError.notFound }
            record = existing
        } else {
            guard creating else { throw ChatSessionError.notFound }
            try SessionRules.check(NewSession(), caller: caller)
            record = SessionRecord(owner: caller.user, createdAt: now, updatedAt: now)
        }
        let context = try newest(contextLimit, of: record)
        let id = ChatMessageID(sequence: record.nextSequence, random: random.next())
        let kept = ChatMessage(
            id: id,
            role: message.role,
            content: message.content,
            timestamp: max(now, record.updatedAt),
            tokenCount: message.tokenCount,
            partial: message.partial
        )
        try add(kept)
        record.nextSequence += 1
        record.updatedAt = kept.timestamp
        _ = try prune(&record, policy, now: now)
        try save(record, policy)
        return AppendedMessage(
            message: kept,
            session: record.description(policy),
            context: context,
            listeners: listenerCount
        )
    }

    /// Gives one page of the history: one bounded scan.
    ///
    /// - Throws: ``ChatSessionError``.
    public distributed func history(
        _ request: HistoryRequest,
        caller: SessionCaller,
        policy: SessionPolicy
    ) throws -> HistoryPage {
        guard (1...EdgeObjectLimits.pageMax).contains(request.limit) else {
            throw ChatSessionError.invalid(field: "limit", reason: "must be between 1 and \(EdgeObjectLimits.pageMax)")
        }
        return try page(request, of: opened(by: caller, policy))
    }

    /// Gives the newest messages, oldest first, as a model reads them.
    ///
    /// - Throws: ``ChatSessionError/notFound``.
    public distributed func recentMessages(
        _ limit: Int,
        caller: SessionCaller,
        policy: SessionPolicy
    ) throws -> [ChatMessage] {
        try newest(limit, of: opened(by: caller, policy))
    }

    /// Deletes the session with everything in it.
    ///
    /// - Throws: ``ChatSessionError/notFound``.
    public distributed func delete(caller: SessionCaller, policy: SessionPolicy) throws {
        _ = try opened(by: caller, policy)
        try storage.deleteAll()
        closeSockets()
    }

    /// Ends what has lasted long enough, also when nobody calls any more.
    public func alarm(_ invocation: AlarmInvocation) throws { try applyRetention() }
}
