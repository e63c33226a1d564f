import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Two keys of one object are only ever written together.
    package static let turns = SimulationScenario(
        "turns",
        "Two keys are written in one turn; at every commit, and whenever they are read, they are equal."
    ) {
        try $0.register(SimulatedPair.self)
    } build: { world in
        world.check(
            AtomicTurns(world, of: "SimulatedPair") { entries in
                let (left, right) = (entries["left"], entries["right"])
                return left == right ? nil : "left is \(left ?? []), right is \(right ?? [])"
            }
        )
        for number in 1...3 {
            world.client("client \(number)") { client in
                for round in 1...6 {
                    let value = (number * 100 + round) * 10
                    let name = "p\(client.random.draw(1...2))"
                    switch client.random.draw(0...5) {
                    case 0:
                        _ = try await client.attempt("clear \(name)") {
                            try await client.object(SimulatedPair.self, name).clear()
                        }
                    case 1:
                        _ = try await client.attempt("roll back \(name)") {
                            try await client.object(SimulatedPair.self, name).writeAndRollBack(value)
                        }
                    case 2:
                        _ = try await client.attempt("write twice \(name)") {
                            try await client.object(SimulatedPair.self, name).writeTwice(value)
                        }
                    default:
                        _ = try await client.attempt("write \(name)") {
                            try await client.object(SimulatedPair.self, name).write(value)
                        }
                    }
                    try await look(at: name, client)
                }
            }
        }
        world.atEnd { client in
            for name in ["p1", "p2"] { try await look(at: name, client) }
        }
    }

    private static func look(at name: String, _ client: SimulationClient) async throws {
        let result = try await client.attempt("both of \(name)") {
            try await client.object(SimulatedPair.self, name).both()
        }
        if case .success(let both) = result, both[0] != both[1] {
            client.world.violate("\(name) shows half a turn: \(both)")
        }
    }
}
