import RoostScenarios
import RoostTesting
import Testing

/// The seeds by which the simulator has found mistakes in Roost; what they were stands beside them.
struct RegressionTests {
    @Test(arguments: [
        // An instance that was reset while it started was announced afterwards, and never let go.
        ("catalog", 1), ("register", 11), ("chat", 1), ("limiter-window", 6),
        // Calls that had waited for the start overtook each other when it was over.
        ("order", 1),
        // A call that came while others were being let in overtook them.
        ("order", 10),
        // A call was told that it had not happened, although its own change was durable: only a later one had failed.
        ("chat", 174),
        // A store whose machine stopped while it registered a class went on saying that it was open.
        ("store", 1_525),
        // An instance whose commit had failed was looked at by the idle collector for ever.
        ("alarms", 17), ("register", 1),
        // What a critical section had written in the turn in which it threw became durable.
        ("sections", 3),
        // An alarm woke its object without its name when the store could not be read at that moment.
        ("alarms", 162),
    ])
    func `a seed that has found a mistake passes`(name: String, seed: UInt64) throws {
        let scenario = try #require(Scenarios.named(name))
        try simulate(scenario, seeds: [seed])
    }
}
