import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Calls begin in the order in which they came, also those that waited for the start.
    package static let order = SimulationScenario(
        "order",
        "The calls of an object begin in the order in which they reached the runtime; no item is lost or doubled."
    ) {
        try $0.register(SimulatedList.self)
    } build: { world in
        world.check(CallOrder(world, of: "SimulatedList"))
        let writes = world.check(AcknowledgedWrites(world))
        for number in 1...5 {
            world.client("client \(number)") { client in
                for round in 1...5 {
                    let list = "l\(client.random.draw(1...2))"
                    let item = "\(number)-\(round)"
                    writes.began(item, in: list)
                    let result = try await client.attempt("add \(item) to \(list)") {
                        try await client.object(SimulatedList.self, list).add(item)
                    }
                    writes.ended(item, in: list, result)
                    if client.random.oneIn(6) { await client.pause(client.random.delay()) }
                }
            }
        }
        world.atEnd { client in
            for list in ["l1", "l2"] {
                writes.found(
                    try await client.call("items of \(list)") {
                        try await client.object(SimulatedList.self, list).items()
                    },
                    in: list
                )
            }
        }
    }
}
