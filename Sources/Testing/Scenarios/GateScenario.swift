import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Everything that leaves an object carries what it depends on.
    package static let gate = SimulationScenario(
        "gate",
        "Results, errors, reads and calls to others leave an object only when what they depend on is durable."
    ) {
        try $0.register(SimulatedWitness.self)
    } build: { world in
        let gate = world.check(NothingLeavesEarly(world, key: SimulatedWitness.key))
        for number in 1...4 {
            world.client("client \(number)") { client in
                for _ in 1...6 { try await leave(client, gate) }
            }
        }
    }

    private static func leave(_ client: SimulationClient, _ gate: NothingLeavesEarly) async throws {
        let name = "w\(client.random.draw(1...2))"
        let object = "SimulatedWitness \(name)"
        let way = client.random.draw(0...3)
        let label = ["write", "write and throw", "read", "tell"][way]
        _ = try await client.attempt("\(label) \(name)") {
            let witness = try client.object(SimulatedWitness.self, name)
            switch way {
            case 0:
                gate.left(try await witness.write(), of: object, by: "A result")
            case 1:
                do {
                    try await witness.writeAndThrow()
                } catch let refusal as SimulatedWitness.Refusal {
                    gate.left(refusal.number, of: object, by: "An error")
                }
            case 2:
                gate.left(try await witness.read(), of: object, by: "A read")
            default:
                gate.left(try await witness.tell(name == "w1" ? "w2" : "w1"), of: object, by: "A result after a call")
            }
        }
    }
}
