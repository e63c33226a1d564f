import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Critical sections, and what becomes of them when their object is reset.
    package static let sections: SimulationScenario = {
        var scenario = SimulationScenario(
            "sections",
            "Sums are changed in critical sections that fail, hang and abort; nobody disturbs one, nobody waits for ever."
        ) {
            try $0.register(SimulatedVault.self)
            try $0.register(SimulatedClerk.self)
        } build: { world in
            world.check(SectionTroubles())
            world.check(CallOrder(world, of: "SimulatedVault"))
            world.check(
                AtomicTurns(world, of: "SimulatedVault") { entries in
                    entries[SimulatedVault.poison].map { _ in "what a failed section wrote is durable" }
                }
            )
            let sums = world.check(Linearizability(world, CounterModel()))
            for number in 1...4 {
                world.client("client \(number)") { client in
                    for _ in 1...5 { try await change("v\(client.random.draw(1...2))", number, client, sums) }
                }
            }
            world.atEnd { client in
                for object in ["v1", "v2"] {
                    try await sums.perform(.read, on: object, by: client) {
                        try await client.object(SimulatedVault.self, object).read()
                    }
                }
            }
        }
        // So long that several sleeps in a row do not look like a section that hangs.
        scenario.configuration.blockingTimeMax = .seconds(120)
        // Half of them, so that sections go wrong often.
        scenario.faults += SectionFault.all + SectionFault.all
        return scenario
    }()

    private static func change(
        _ object: String,
        _ number: Int,
        _ client: SimulationClient,
        _ sums: Linearizability<CounterModel>
    ) async throws {
        switch client.random.draw(0...5) {
        case 0:
            try await sums.perform(.read, on: object, by: client) {
                try await client.object(SimulatedVault.self, object).read()
            }
        case 1:
            try await sums.perform(.add(number), on: object, by: client) {
                try await client.object(SimulatedVault.self, object).add(number)
            }
        case 2:
            try await sums.perform(.add(number), on: object, by: client) {
                try await client.object(SimulatedVault.self, object).addAfterCall(number)
            }
        default:
            try await sums.perform(.add(number), on: object, by: client) {
                try await client.object(SimulatedVault.self, object).addInSection(number)
            }
        }
    }
}
