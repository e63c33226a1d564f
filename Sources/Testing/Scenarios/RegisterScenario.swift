import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Several clients write and read a few numbers.
    package static let register = SimulationScenario(
        "register",
        "Clients write and read numbers; each object's history has an order that explains it."
    ) {
        try $0.register(SimulatedRegister.self)
    } build: { world in
        let histories = world.check(Linearizability(world, RegisterModel()))
        for number in 1...4 {
            world.client("client \(number)") { client in
                for round in 1...7 {
                    let object = "r\(client.random.draw(1...2))"
                    if client.random.oneIn(2) {
                        let value = number * 100 + round
                        try await histories.perform(.write(value), on: object, by: client) {
                            try await client.object(SimulatedRegister.self, object).write(value)
                        }
                    } else {
                        try await histories.perform(.read, on: object, by: client) {
                            try await client.object(SimulatedRegister.self, object).read()
                        }
                    }
                }
            }
        }
        world.atEnd { client in
            for object in ["r1", "r2"] {
                try await histories.perform(.read, on: object, by: client) {
                    try await client.object(SimulatedRegister.self, object).read()
                }
            }
        }
    }
}
