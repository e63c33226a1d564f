import RoostRuntime

// Reading and pruning; all of it within the turn of the call that asked.
extension ChatSession {
    /// The session as it is stored, without what is too old; `nil` if there is none or if it has expired.
    func current(_ policy: SessionPolicy, now: Timestamp) throws -> SessionRecord? {
        guard var record = try storage.get(SessionKeys.record, as: SessionRecord.self) else { return nil }
        guard !record.hasExpired(policy, now: now) else {
            try storage.deleteAll()
            return nil
        }
        if try prune(&record, policy, now: now) {
            try storage.put(SessionKeys.record, record)
        }
        return record
    }

    /// The session, if it exists and `caller` may use it.
    func opened(by caller: SessionCaller, _ policy: SessionPolicy) throws -> SessionRecord {
        guard let record = try current(policy, now: clock.now), caller.mayUse(sessionOf: record.owner) else {
            throw ChatSessionError.notFound
        }
        return record
    }

    /// Deletes what is too old or too much, oldest first; says whether anything went.
    ///
    /// The work is bounded by the number of messages a session can hold, and is usually one message for one appended.
    func prune(_ record: inout SessionRecord, _ policy: SessionPolicy, now: Timestamp) throws -> Bool {
        let before = record.firstSequence
        var first = max(before, record.nextSequence - Int64(policy.maxMessages))
        // Messages are in order of time, so the scan ends at the first one that is young enough.
        let cutoff = policy.cutoff(now)
        try storage.scan(
            ListOptions(start: SessionKeys.message(first), prefix: SessionKeys.messagePrefix)
        ) { _, value in
            guard try value.decoded(as: ChatMessage.self).timestamp <= cutoff else { return false }
            first += 1
            return true
        }
        guard first > before else { return false }
        var sequence = before
        while sequence < first {
            let end = min(first, sequence + Int64(EdgeObjectLimits.deleteBatch))
            _ = try storage.delete((sequence..<end).map(SessionKeys.message))
            sequence = end
        }
        record.firstSequence = first
        return true
    }

    func newest(_ limit: Int, of record: SessionRecord) throws -> [ChatMessage] {
        guard limit > 0, record.messageCount > 0 else { return [] }
        let options = ListOptions(
            prefix: SessionKeys.messagePrefix,
            reverse: true,
            limit: min(limit, EdgeObjectLimits.pageMax)
        )
        return try storage.list(options, as: ChatMessage.self).reversed().map(\.value)
    }

    /// One page; one more message than asked for is read to know whether there is a next page.
    func page(_ request: HistoryRequest, of record: SessionRecord) throws -> HistoryPage {
        guard record.messageCount > 0 else { return HistoryPage(messages: [], cursor: nil) }
        var options = ListOptions(prefix: SessionKeys.messagePrefix, limit: request.limit + 1)
        switch request.order {
        case .ascending:
            options.startAfter = request.cursor.map { SessionKeys.message($0.sequence) }
        case .descending:
            options.reverse = true
            options.end = request.cursor.map { SessionKeys.message($0.sequence) }
        }
        var messages = try storage.list(options, as: ChatMessage.self).map(\.value)
        let isLast = messages.count <= request.limit
        if !isLast { messages.removeLast() }
        return HistoryPage(messages: messages, cursor: isLast ? nil : messages.last?.id)
    }
}
