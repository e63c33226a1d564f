/// Deliberate mistakes in the runtime's protocol, each of which the simulator's checkers must notice.
///
/// A checker that never fails proves nothing. Every member breaks one promise of the runtime in one place, as a
/// careless change might; the tests of the simulator run with each of them and count the seeds until a checker
/// complains.
///
/// Nothing outside this package can set them, and production always runs with none: what they cost there is a test of
/// one stored constant at a few places.
package struct ProtocolMutations: OptionSet, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// A thrown error does not wait at the output gate.
    package static let errorsSkipGate = ProtocolMutations(rawValue: 1 << 0)
    /// The reply of a method whose name contains `read` does not wait at the output gate.
    package static let readsSkipGate = ProtocolMutations(rawValue: 1 << 1)
    /// A call to another object does not wait at the caller's output gate.
    package static let callsSkipGate = ProtocolMutations(rawValue: 1 << 2)
    /// The gate waits for sealed changes only; those of the running turn do not hold it.
    package static let openBatchSkipsGate = ProtocolMutations(rawValue: 1 << 3)
    /// Every change is a batch of its own.
    package static let splitTurns = ProtocolMutations(rawValue: 1 << 4)
    /// Every third batch is committed without its changes.
    package static let emptyBatches = ProtocolMutations(rawValue: 1 << 5)
    /// An object is put to sleep although not everything it changed is durable.
    package static let evictUnsettled = ProtocolMutations(rawValue: 1 << 6)
    /// What an object has changed and the store does not hold yet is dropped when the object is put to sleep.
    package static let dropOnEviction = ProtocolMutations(rawValue: 1 << 7)
    /// An event that comes while an instance starts makes another instance.
    package static let wakeRace = ProtocolMutations(rawValue: 1 << 8)
    /// Events that waited for the start are let in last come, first served.
    package static let reversedEntry = ProtocolMutations(rawValue: 1 << 9)
    /// A commit that failed because the disk was full counts as one that succeeded.
    package static let ignoreFailedCommits = ProtocolMutations(rawValue: 1 << 10)
    /// A fresh instance begins with the uncommitted changes of the one that was reset.
    package static let resetKeepsBuffer = ProtocolMutations(rawValue: 1 << 11)

    /// The database of a fresh instance begins with the uncommitted pages of the one that was reset.
    package static let resetKeepsPages = ProtocolMutations(rawValue: 1 << 12)

    /// A chunk of a streamed body does not wait at the output gate.
    package static let chunksSkipGate = ProtocolMutations(rawValue: 1 << 16)
    /// A class migration is applied change by change, each in a transaction of its own.
    package static let migrationsInPieces = ProtocolMutations(rawValue: 1 << 24)
    /// The record of a class migration is made durable before what it records.
    package static let historyBeforeClasses = ProtocolMutations(rawValue: 1 << 25)
    /// A class that is renamed or transferred is made anew in its new place.
    package static let renameMakesAnew = ProtocolMutations(rawValue: 1 << 26)

    /// A message over a WebSocket does not wait at the output gate.
    package static let socketsSkipGate = ProtocolMutations(rawValue: 1 << 17)
    /// Messages that were held back together leave in reverse order.
    package static let socketsReversed = ProtocolMutations(rawValue: 1 << 18)
    /// An object that is put to sleep loses its WebSockets.
    package static let evictionDropsSockets = ProtocolMutations(rawValue: 1 << 19)
    /// What is to be answered without the object is brought to it.
    package static let autoResponseWakes = ProtocolMutations(rawValue: 1 << 20)
    /// An object is told twice of the end of a WebSocket.
    package static let closedTwice = ProtocolMutations(rawValue: 1 << 21)
    /// However much waits for the other side of a WebSocket, it is not given up.
    package static let slowReadersKept = ProtocolMutations(rawValue: 1 << 22)

    /// Events are let in while a critical section runs that they are no part of.
    package static let sectionsLetEventsIn = ProtocolMutations(rawValue: 1 << 32)
    /// The answer to an event's call is delivered while a critical section of another event runs.
    package static let sectionsLetRepliesIn = ProtocolMutations(rawValue: 1 << 33)
    /// Those who wait for a critical section are not told when its instance is reset.
    package static let sectionsOutliveReset = ProtocolMutations(rawValue: 1 << 34)
    /// A critical section that fails resets nothing.
    package static let sectionFailuresIgnored = ProtocolMutations(rawValue: 1 << 35)
    /// Once an object has had a critical section, those who wait are let in last come, first served.
    package static let reversedAfterSections = ProtocolMutations(rawValue: 1 << 36)
    /// Those who wait to be let into an object are not told when it is reset.
    package static let resetForgetsWaiters = ProtocolMutations(rawValue: 1 << 37)
    /// After a reset the instance from before gets the next events.
    package static let resetKeepsInstance = ProtocolMutations(rawValue: 1 << 38)
    /// A call that an alarm handler makes does not wait at the object's output gate.
    package static let alarmsSkipGate = ProtocolMutations(rawValue: 1 << 39)
    /// Alarms that were set before the runtime started do not fire.
    package static let alarmsLostOnStart = ProtocolMutations(rawValue: 1 << 40)
    /// Alarms fire up to ten seconds before their time.
    package static let alarmsEarly = ProtocolMutations(rawValue: 1 << 41)
    /// A failed run of an alarm is repeated without being counted.
    package static let alarmRetriesUncounted = ProtocolMutations(rawValue: 1 << 42)

    /// The time by which alarms are due.
    func alarmTime(_ now: Int64) -> Int64 { contains(.alarmsEarly) ? now + 10_000 : now }

    /// Whether what this call came to leaves without waiting.
    func skipGate(_ target: String, failed: Bool) -> Bool {
        (contains(.errorsSkipGate) && failed) || (contains(.readsSkipGate) && target.contains("read"))
    }
}
