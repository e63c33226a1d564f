/// The state of one group on its way through the engine.
struct GroupAttempt {
    private let group: [PendingBatch]
    /// What is settled so far; `nil` for batches that still are to commit.
    private var results: [Result<CommitReceipt, StorageError>?]
    private var numbers: [ObjectNumber?]
    private var durable: UInt64?
    private var durableBatches: [Int] = []

    init(_ group: [PendingBatch]) {
        self.group = group
        results = Array(repeating: nil, count: group.count)
        numbers = Array(repeating: nil, count: group.count)
        for (index, pending) in group.enumerated() where results[index] == nil {
            if let failure = pending.lane.failure {
                results[index] = .failure(.laneFailed(by: failure))
            } else if let rejection = pending.rejection {
                reject(index, rejection)
            }
        }
    }

    var hasWork: Bool { results.contains { $0 == nil } }

    /// Applies every unsettled batch, in order.
    ///
    /// A bad batch is settled here. If it has already changed something the transaction must be aborted, and the
    /// group is tried again without it.
    mutating func apply<T: TableWriter>(
        in tables: inout T,
        writer: inout BatchWriter,
        classes: [ClassKey: ClassRecord]
    ) throws(StorageError) -> WriteDecision {
        writer.begin()
        var hasChanges = false
        for (index, pending) in group.enumerated() where results[index] == nil {
            do throws(StorageError) {
                numbers[index] = try writer.apply(pending.batch, in: &tables, classes: classes)
                hasChanges = true
            } catch {
                guard error.isAboutOneBatch || error.code == .corruption else { throw error }
                reject(index, error)
                // After an error of its own the engine's transaction is good for nothing.
                if writer.hasPartialBatch || error.underlyingCode != nil { return .abort }
            }
        }
        guard hasChanges else { return .abort }
        do throws(StorageError) {
            try writer.finish(in: &tables)
        } catch {
            guard error.code == .corruption, let object = writer.unfinished else { throw error }
            // A damaged page must not keep others from writing.
            for (index, pending) in group.enumerated() where results[index] == nil && numbers[index] == object {
                reject(index, error.naming(pending.batch.object))
            }
            return .abort
        }
        return .commit
    }

    mutating func succeed(_ commit: UInt64) {
        durable = commit
        for index in group.indices where results[index] == nil {
            guard let number = numbers[index] else {
                preconditionFailure("A batch committed without having been applied.")
            }
            durableBatches.append(index)
            results[index] = .success(CommitReceipt(commit: commit, object: number))
        }
    }

    mutating func fail(with error: StorageError) {
        for (index, pending) in group.enumerated() where results[index] == nil {
            pending.lane.fail(error)
            results[index] = .failure(error)
        }
    }

    mutating func halt(because error: StorageError) -> GroupOutcome {
        fail(with: .halted(by: error))
        return outcome(fate: .halts(error))
    }

    mutating func crash(durable commit: UInt64?) -> GroupOutcome {
        if let commit {
            succeed(commit)
        }
        for index in group.indices {
            group[index].lane.fail(.isClosed)
            results[index] = .failure(.isClosed)
        }
        return outcome(fate: .crashed)
    }

    func outcome(fate: GroupOutcome.Fate = .goesOn) -> GroupOutcome {
        GroupOutcome(results: results.compactMap(\.self), durable: durable, durableBatches: durableBatches, fate: fate)
    }

    /// Settles a batch as failed, and with it those that follow in its lane.
    ///
    /// Earlier ones may still commit.
    private mutating func reject(_ index: Int, _ error: StorageError) {
        let lane = group[index].lane
        lane.fail(error)
        results[index] = .failure(error)
        for later in group.indices[(index + 1)...] where results[later] == nil && group[later].lane === lane {
            results[later] = .failure(.laneFailed(by: error))
        }
    }
}

extension StorageError {
    /// Whether only the batch that was being applied is wrong.
    ///
    /// Errors of the engine concern the whole transaction.
    var isAboutOneBatch: Bool {
        guard underlyingCode == nil else { return false }
        switch code {
        case .invalid, .notFound, .tooLarge, .corruption: return true
        default: return false
        }
    }

    /// What every commit gets once the store has halted.
    static func halted(by error: StorageError) -> StorageError {
        StorageError(
            .halted,
            "The store accepts no more writes, because a commit failed (\(error.message)); check the device and restart.",
            underlyingCode: error.underlyingCode
        )
    }
}
