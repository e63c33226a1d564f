import Synchronization

/// Critical sections and background work of an instance.
///
/// Invariants
/// 1. The body of a section runs in a task of its own, on the object's actor. Whoever waits for it is told when it ends
///    or when the instance is cut off, whichever is first; so a body that never ends holds nobody for ever.
/// 2. A section that fails, or lasts too long, cuts the instance off.
/// 3. Background work counts as an event inside: the object does not sleep before it ends. Its failure concerns nobody
///    but the observer.
extension Activation {
    /// What a task does inside the object, on the object's own account.
    typealias Body<Result> = @isolated(any) () async throws -> Result

    /// Runs `body` while only events are let in that it has started itself.
    func block<Result: Sendable>(_ body: sending @escaping Body<Result>) async throws -> Result {
        let section = CriticalSection(of: self, number: nextSection(), outer: CurrentObject.section)
        guard section.depth <= CriticalSection.depthMax else {
            throw RoostError(.limitExceeded, "blockConcurrencyWhile() calls are nested too deeply.")
        }
        try await begin(section)
        begins(section)
        let outcome = Outcome<(value: Result, admits: Bool)>()
        guard let ending = whenCutOff({ outcome.tell(.failure($0)) }) else {
            ends(section)
            throw goneError
        }
        let clock = entry.roost.clock
        let limit = clock.schedule(after: entry.roost.configuration.blockingTimeMax) { [weak self] in
            guard let self, self.sections.withLock({ $0[section.number] != nil }) else { return }
            self.reset(because: self.lastsTooLong(section, otherwise: .blockedTooLong))
        }
        // Sent to the task below and used nowhere else.
        nonisolated(unsafe) let body = body
        // A caller who goes away does not end it: it is the object's, and has a limit of its own.
        entry.roost.seams.start("roost.section") {
            let result = await CurrentObject.$activation.withValue(self) {
                await CurrentObject.$section.withValue(section) {
                    unsafe await self.run(body, in: section, on: body.isolation)
                }
            }
            self.ends(section)
            clock.cancel(limit)
            self.forget(ending)
            outcome.tell(result.map { ($0, self.end(section)) })
        }
        let (value, admits) = try await outcome.value()
        // On the object again: whoever is let in now comes behind the turn that waited here.
        if admits { admitNext() }
        return value
    }

    /// Runs the body of a section.
    ///
    /// Isolated like the body itself, with nothing in between: when that throws, the instance is cut off in the same
    /// turn, so that what the turn has changed is dropped.
    private func run<Result: Sendable>(
        _ body: Body<Result>,
        in section: CriticalSection,
        on actor: isolated (any Actor)?
    ) async -> Swift.Result<Result, any Error> {
        do {
            return .success(try await body())
        } catch {
            if entry.roost.mutations.contains(.sectionFailuresIgnored) {
                if end(section) { admitNext() }
            } else {
                reset(because: error)
            }
            return .failure(error)
        }
    }

    /// Lets `body` run on for as long as it takes; the object stays awake for it.
    func background(_ body: sending @escaping Body<Void>) throws(RoostError) {
        switch hold() {
        case .passed: break
        case .overloaded(let error): throw error
        default: throw goneError
        }
        let section = CurrentObject.section
        let work = BackgroundWork()
        guard let ending = whenCutOff({ _ in work.cancel() }) else {
            leave(bytes: 0)
            throw goneError
        }
        work.begin(
            entry.roost.seams.start("roost.background") {
                do {
                    try await CurrentObject.$activation.withValue(self) {
                        try await CurrentObject.$section.withValue(section) { try await body() }
                    }
                } catch {
                    if self.isOpen { self.entry.roost.observer.backgroundTaskFailed(self.address, error) }
                }
                self.forget(ending)
                self.leave(bytes: 0)
            }
        )
    }

    /// Waits while a section runs that the current task is no part of.
    ///
    /// Called by an event of the object when it comes back from elsewhere. Waits also when the task was cancelled,
    /// since the event goes on all the same; a section has a limit. Returns when the instance is gone: the event then
    /// finds its storage closed.
    func readmit() async {
        guard isBlocked, !entry.roost.mutations.contains(.sectionsLetRepliesIn) else { return }
        let sections = CriticalSection.current(of: self)
        _ = await wait(isCancellable: false) { $0.readmit(sections: sections) }
    }

    /// The answer of a call enters the object that has called, so it waits where events wait.
    static func readmitCaller() async {
        if let caller = CurrentObject.activation, caller.isBlocked { await caller.readmit() }
    }

    private func begin(_ section: CriticalSection) async throws {
        let sections = CriticalSection.current(of: self)
        switch await wait(isCancellable: true, { $0.begin(section: section.number, sections: sections) }) {
        case .passed: return
        case .cancelled:
            await readmit()
            throw CancellationError()
        default: throw goneError
        }
    }
}

/// A task of an object that can be cancelled before it is known.
final class BackgroundWork: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func begin(_ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }
}
