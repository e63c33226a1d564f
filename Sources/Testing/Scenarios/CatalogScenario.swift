import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Objects wake and sleep while calls come in.
    package static let catalog = SimulationScenario(
        "catalog",
        "Counters wake and sleep all the time; there is one instance of each, and no count is lost."
    ) {
        try $0.register(SimulatedCounter.self)
    } build: { world in
        let histories = world.check(Linearizability(world, CounterModel()))
        for number in 1...4 {
            world.client("client \(number)") { client in
                for _ in 1...6 {
                    let object = "c\(client.random.draw(1...3))"
                    if client.random.oneIn(4) {
                        try await histories.perform(.read, on: object, by: client) {
                            try await client.object(SimulatedCounter.self, object).read()
                        }
                    } else {
                        try await histories.perform(.add(number), on: object, by: client) {
                            try await client.object(SimulatedCounter.self, object).add(number)
                        }
                    }
                    if client.random.oneIn(3) { await client.pause(client.random.delay()) }
                }
            }
        }
        world.atEnd { client in
            for object in ["c1", "c2", "c3"] {
                try await histories.perform(.read, on: object, by: client) {
                    try await client.object(SimulatedCounter.self, object).read()
                }
            }
        }
    }
}
