import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// What is to be done later is done once, whatever happens to the machine meanwhile.
    package static let alarms = SimulationScenario(
        "alarms",
        "Things are done when an alarm rings, in a handler that fails at times; each is done once, and none is forgotten."
    ) {
        try $0.register(SimulatedAlarms.self)
        try $0.register(SimulatedHerald.self)
    } build: { world in
        world.check(AlarmPromises(world))
        world.check(NothingLeavesEarly(world, key: SimulatedAlarms.key))
        let writes = world.check(AcknowledgedWrites(world))
        for number in 1...3 {
            world.client("client \(number)") { client in
                for round in 1...4 {
                    let list = "a\(client.random.draw(1...2))"
                    let item = "\(number)-\(round)"
                    let delay = 1 << client.random.draw(0...16)
                    writes.began(item, in: list)
                    let result = try await client.attempt("do \(item) of \(list) after \(delay) ms") {
                        try await client.object(SimulatedAlarms.self, list).later(item, delay)
                    }
                    writes.ended(item, in: list, result)
                    if client.random.oneIn(2) { await client.pause(client.random.delay()) }
                }
            }
        }
        world.atEnd { client in
            for list in ["a1", "a2"] {
                var todo: [String] = []
                for _ in 0..<quartersMax {
                    todo = try await client.call("what is left of \(list)") {
                        try await client.object(SimulatedAlarms.self, list).todo()
                    }
                    if todo.isEmpty { break }
                    await client.pause(.seconds(900))
                }
                if !todo.isEmpty { client.world.violate("\(list) has forgotten \(todo.joined(separator: ", ")).") }
                writes.found(
                    try await client.call("what is done of \(list)") {
                        try await client.object(SimulatedAlarms.self, list).done()
                    },
                    in: list
                )
            }
        }
    }

    /// How many quarters of an hour are waited for the last alarm.
    private static let quartersMax = 40
}
