package import RoostRuntime
package import RoostStorage

/// A deliberately broken runtime or disk, by name.
package struct SimulationMutant: Sendable {
    /// What it is called.
    package let name: String
    package let mutations: ProtocolMutations
    package let lie: MemoryLie?

    package init(_ name: String, _ mutations: ProtocolMutations = [], lie: MemoryLie? = nil) {
        self.name = name
        self.mutations = mutations
        self.lie = lie
    }

    /// Every one there is.
    package static let all = [
        SimulationMutant("errors skip the gate", .errorsSkipGate),
        SimulationMutant("reads skip the gate", .readsSkipGate),
        SimulationMutant("calls skip the gate", .callsSkipGate),
        SimulationMutant("the open batch skips the gate", .openBatchSkipsGate),
        SimulationMutant("chunks of a stream skip the gate", .chunksSkipGate),
        SimulationMutant("turns are split", .splitTurns),
        SimulationMutant("batches are skipped", .emptyBatches),
        SimulationMutant("eviction of the unsettled", .evictUnsettled),
        SimulationMutant("eviction drops the buffer", .dropOnEviction),
        SimulationMutant("two instances on a wake race", .wakeRace),
        SimulationMutant("entry in reverse order", .reversedEntry),
        SimulationMutant("a failed commit is ignored", .ignoreFailedCommits),
        SimulationMutant("a reset keeps the buffer", .resetKeepsBuffer),
        SimulationMutant("a reset keeps the pages", .resetKeepsPages),
        SimulationMutant("migrations in pieces", .migrationsInPieces),
        SimulationMutant("the record before the classes", .historyBeforeClasses),
        SimulationMutant("a rename makes the class anew", .renameMakesAnew),
        SimulationMutant("a section lets events in", .sectionsLetEventsIn),
        SimulationMutant("a section lets replies in", .sectionsLetRepliesIn),
        SimulationMutant("a section outlives a reset", .sectionsOutliveReset),
        SimulationMutant("a section's failure is ignored", .sectionFailuresIgnored),
        SimulationMutant("reverse order after a section", .reversedAfterSections),
        SimulationMutant("a reset forgets who waits", .resetForgetsWaiters),
        SimulationMutant("a reset keeps the instance", .resetKeepsInstance),
        SimulationMutant("alarms skip the gate", .alarmsSkipGate),
        SimulationMutant("alarms are lost on a restart", .alarmsLostOnStart),
        SimulationMutant("alarms fire early", .alarmsEarly),
        SimulationMutant("an alarm's retry is not counted", .alarmRetriesUncounted),
        SimulationMutant("socket messages skip the gate", .socketsSkipGate),
        SimulationMutant("socket messages in reverse order", .socketsReversed),
        SimulationMutant("eviction drops the sockets", .evictionDropsSockets),
        SimulationMutant("an automatic answer wakes the object", .autoResponseWakes),
        SimulationMutant("the end of a socket is told twice", .closedTwice),
        SimulationMutant("a slow reader is never given up", .slowReadersKept),
        SimulationMutant("acknowledged before the sync", lie: .acknowledgesBeforeSync),
        SimulationMutant("a refused commit is kept", lie: .keepsRefused),
    ]
}
