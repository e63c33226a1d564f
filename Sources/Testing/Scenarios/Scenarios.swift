import RoostRuntime
package import RoostTesting

/// The scenarios that Roost itself is run under: in its tests, and with `roost simulate`.
///
/// A new one is one small file beside this, and one line here.
package enum Scenarios {
    package static let all = [
        store, register, catalog, turns, gate, eviction, order, sections, chat, slidingWindow, tokenBucket, alarms,
        tables, migrations, sockets, streams,
    ].map { scenario in
        var resting = scenario
        resting.comesToRest = true
        return resting
    }

    package static func named(_ name: String) -> SimulationScenario? { all.first { $0.name == name } }
}
