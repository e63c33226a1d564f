import Synchronization

/// Where the work of one critical section waits to be let in: at objects in which other sections run.
///
/// Two sections that wait for each other wait until one of them has lasted too long. Then these notes tell that it was
/// a deadlock, and with whom; while everything goes well nobody looks at them.
///
/// Isolation: any thread.
final class SectionWaits: Sendable {
    /// Somebody who waits.
    struct Wait {
        /// Where.
        let activation: Activation
        /// The innermost section that he is in.
        let section: CriticalSection
    }

    private struct State {
        var waits: [UInt64: Wait] = [:]
        var next: UInt64 = 1
    }

    private let state = Mutex(State())

    var all: [Wait] { state.withLock { Array($0.waits.values) } }

    func add(_ wait: Wait) -> UInt64 {
        state.withLock { state in
            defer { state.next += 1 }
            state.waits[state.next] = wait
            return state.next
        }
    }

    func remove(_ number: UInt64) { state.withLock { $0.waits[number] = nil } }
}

extension CriticalSection {
    /// This section and those around it, innermost first.
    var chain: [CriticalSection] {
        var chain = [self]
        while let outer = chain.last?.outer { chain.append(outer) }
        return chain
    }

    /// Notes that the current task, which is in this section, waits at an object; returns what takes the note away.
    func waits(at activation: Activation) -> () -> Void {
        let wait = SectionWaits.Wait(activation: activation, section: self)
        let notes = chain.map { ($0.waits, $0.waits.add(wait)) }
        return { for (waits, number) in notes { waits.remove(number) } }
    }

    /// The objects, one waiting for the next, by which this section waits for itself; nil when it does not.
    ///
    /// What happens meanwhile may be missed: the answer is for people, nothing depends on it.
    func deadlock() -> [ObjectAddress]? {
        var visited: Set<ObjectIdentifier> = []
        return path(from: self, &visited)
    }

    private func path(from section: CriticalSection, _ visited: inout Set<ObjectIdentifier>) -> [ObjectAddress]? {
        guard visited.insert(ObjectIdentifier(section)).inserted else { return nil }
        for wait in section.waits.all {
            let own = wait.section.chain
            for blocking in wait.activation.runningSections where !own.contains(where: { $0 === blocking }) {
                if blocking === self { return [wait.activation.address] }
                if let rest = path(from: blocking, &visited) { return [wait.activation.address] + rest }
            }
        }
        return nil
    }
}

extension Activation {
    /// The critical sections that run.
    var runningSections: [CriticalSection] { sections.withLock { Array($0.values) } }

    func begins(_ section: CriticalSection) { sections.withLock { $0[section.number] = section } }

    func ends(_ section: CriticalSection) { sections.withLock { $0[section.number] = nil } }

    /// What a section is told that lasts too long: the deadlock that it is in, if it is in one, or `otherwise`.
    func lastsTooLong(_ section: CriticalSection, otherwise error: RoostError) -> RoostError {
        guard let path = section.deadlock() else { return error }
        let names = ([address] + path).map { "\($0.classKey.name) \($0.id.name ?? $0.id.description)" }
        return .deadlock(names)
    }
}
