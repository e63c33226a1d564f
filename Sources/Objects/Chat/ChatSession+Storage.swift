import RoostRuntime

// Reading, writing and pruning; all of it within the turn of the call that asked.
extension ChatSession {
    // MARK: The session

    /// The session as it is stored; `nil` if there is none.
    func record() throws -> SessionRecord? {
        try storage.sql.execute("SELECT * FROM session").next().map(SessionRecord.init)
    }

    func save(_ record: SessionRecord, _ policy: SessionPolicy) throws {
        try storage.sql.execute(
            """
            INSERT OR REPLACE INTO session (id, owner, title, metadata, created_at, updated_at,
                first_sequence, next_sequence, retention_days, max_messages)
            VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            record.owner,
            record.title,
            try record.metadata.map { try SQLJSON($0) },
            record.createdAt,
            record.updatedAt,
            record.firstSequence,
            record.nextSequence,
            policy.retentionDays,
            policy.maxMessages
        )
        try watch(record, policy)
    }

    /// The session without what is too old; `nil` if there is none or if it has expired.
    func current(_ policy: SessionPolicy, now: Timestamp) throws -> SessionRecord? {
        guard var record = try record() else { return nil }
        guard !record.hasExpired(policy, now: now) else {
            try storage.deleteAll()
            closeSockets()
            return nil
        }
        if try prune(&record, policy, now: now) { try save(record, policy) }
        return record
    }

    /// The session, if it exists and `caller` may use it.
    func opened(by caller: SessionCaller, _ policy: SessionPolicy) throws -> SessionRecord {
        guard let record = try current(policy, now: clock.now), caller.mayUse(sessionOf: record.owner) else {
            throw ChatSessionError.notFound
        }
        return record
    }

    // MARK: Retention

    /// Deletes what is too old or too much, oldest first; says whether anything went.
    ///
    /// The work is bounded by the number of messages a session can hold, and is usually one message for one appended.
    func prune(_ record: inout SessionRecord, _ policy: SessionPolicy, now: Timestamp) throws -> Bool {
        guard record.messageCount > 0 else { return false }
        // Messages are in order of time, so the search ends at the first one that is young enough.
        let young = try storage.sql.execute(
            "SELECT sequence FROM messages WHERE timestamp > ? ORDER BY sequence LIMIT 1",
            policy.cutoff(now)
        ).next()
        let first = max(
            try young?.get(0, as: Int64.self) ?? record.nextSequence,
            record.nextSequence - Int64(policy.maxMessages)
        )
        guard first > record.firstSequence else { return false }
        try storage.sql.execute("DELETE FROM messages WHERE sequence < ?", first)
        record.firstSequence = first
        return true
    }

    /// Has the session looked at when its oldest message expires, so that it ends also when nobody comes back.
    ///
    /// An alarm that is early does no harm: it finds nothing to do and is set again.
    private func watch(_ record: SessionRecord, _ policy: SessionPolicy) throws {
        let oldest = try storage.sql.execute("SELECT timestamp FROM messages ORDER BY sequence LIMIT 1").next()
        let due = policy.expiry(of: try oldest?.get(0) ?? record.updatedAt)
        if let alarm = try storage.getAlarm(), alarm <= due { return }
        try storage.setAlarm(due)
    }

    /// Applies the policy that the session was last called with.
    func applyRetention() throws {
        guard let row = try storage.sql.execute("SELECT retention_days, max_messages FROM session").next() else {
            return
        }
        let policy = SessionPolicy(retentionDays: try row.get(0), maxMessages: try row.get(1))
        if let record = try current(policy, now: clock.now) { try watch(record, policy) }
    }

    // MARK: Messages

    func add(_ message: ChatMessage) throws {
        try storage.sql.execute(
            """
            INSERT INTO messages (sequence, id, role, content, timestamp, token_count, partial)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            message.id.sequence,
            message.id.description,
            message.role.rawValue,
            message.content,
            message.timestamp,
            message.tokenCount,
            message.partial
        )
    }

    func newest(_ limit: Int, of record: SessionRecord) throws -> [ChatMessage] {
        guard limit > 0, record.messageCount > 0 else { return [] }
        let limit = min(limit, EdgeObjectLimits.pageMax)
        return try messages("ORDER BY sequence DESC LIMIT ?", limit).reversed()
    }

    /// One page; one more message than asked for is read to know whether there is a next page.
    func page(_ request: HistoryRequest, of record: SessionRecord) throws -> HistoryPage {
        guard record.messageCount > 0 else { return HistoryPage(messages: [], cursor: nil) }
        let cursor = request.cursor?.sequence
        var messages =
            switch request.order {
            case .ascending:
                try messages("WHERE sequence > ? ORDER BY sequence LIMIT ?", cursor ?? 0, request.limit + 1)
            case .descending:
                try messages("WHERE sequence < ? ORDER BY sequence DESC LIMIT ?", cursor ?? .max, request.limit + 1)
            }
        let isLast = messages.count <= request.limit
        if !isLast { messages.removeLast() }
        return HistoryPage(messages: messages, cursor: isLast ? nil : messages.last?.id)
    }

    private func messages(_ condition: String, _ bindings: (any SQLBindable)?...) throws -> [ChatMessage] {
        try storage.sql.execute(
            "SELECT id, role, content, timestamp, token_count, partial FROM messages " + condition,
            values: bindings.map { $0?.sqlValue ?? .null }
        ).all().map(ChatMessage.init)
    }
}

extension SessionRecord {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            owner: try row.get("owner"),
            title: try row.get("title"),
            metadata: try row.decode("metadata"),
            createdAt: try row.get("created_at"),
            updatedAt: try row.get("updated_at"),
            firstSequence: try row.get("first_sequence"),
            nextSequence: try row.get("next_sequence")
        )
    }
}

extension ChatMessage {
    fileprivate init(_ row: SQLRow) throws {
        guard
            let id = ChatMessageID(try row.get(0, as: String.self)),
            let role = ChatMessageRole(rawValue: try row.get(1))
        else { throw ChatSessionError.unreadable }
        self.init(
            id: id,
            role: role,
            content: try row.get(2),
            timestamp: try row.get(3),
            tokenCount: try row.get(4),
            partial: try row.get(5)
        )
    }
}
