import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Sleep is not seen, not even by those who do not wait for the disk.
    package static let eviction: SimulationScenario = {
        var scenario = SimulationScenario(
            "eviction",
            "Objects are put to sleep while the disk is slow; nobody sees it, and unconfirmed writes stay."
        ) {
            try $0.register(SimulatedRegister.self)
        } build: { world in
            let histories = world.check(Linearizability(world, RegisterModel()))
            for number in 1...3 {
                world.client("client \(number)") { client in
                    for round in 1...6 {
                        let object = "r\(client.random.draw(1...2))"
                        let value = number * 100 + round
                        switch client.random.draw(0...2) {
                        case 0:
                            try await histories.perform(.write(value), on: object, by: client) {
                                try await client.object(SimulatedRegister.self, object).writeUnconfirmed(value)
                            }
                        case 1:
                            try await histories.perform(.write(value), on: object, by: client) {
                                try await client.object(SimulatedRegister.self, object).write(value)
                            }
                        default:
                            try await histories.perform(.read, on: object, by: client) {
                                try await client.object(SimulatedRegister.self, object).read()
                            }
                        }
                        if client.random.oneIn(2) { await client.pause(client.random.delay()) }
                    }
                }
            }
        }
        // Nothing that may lose an unconfirmed write.
        scenario.faults = [StandardFaults.SlowSync(), StandardFaults.Sleep(), StandardFaults.ClockStep()]
        scenario.crashesAtEnd = false
        return scenario
    }()
}
