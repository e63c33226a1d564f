import RoostRuntime
import RoostTesting
import Testing

@testable import LostUpdate

let accounts = SimulationScenario("accounts", "Clients add to an account.") {
    try $0.register(Account.self)
    try $0.register(Audit.self)
} build: { world in
    let sums = world.check(Linearizability(world, CounterModel()))
    for number in 1...3 {
        world.client("client \(number)") { client in
            for _ in 0..<4 {
                try await sums.perform(.add(number), on: "acme:cash", by: client) {
                    try await client.object(Account.self, "acme:cash").add(number)
                }
            }
        }
    }
}

let rightAccounts = SimulationScenario("right accounts", "Clients add to an account that is right.") {
    try $0.register(RightAccount.self)
    try $0.register(Audit.self)
} build: { world in
    let sums = world.check(Linearizability(world, CounterModel()))
    for number in 1...3 {
        world.client("client \(number)") { client in
            for _ in 0..<4 {
                try await sums.perform(.add(number), on: "acme:cash", by: client) {
                    try await client.object(RightAccount.self, "acme:cash").add(number)
                }
            }
        }
    }
}

struct AccountSimulationTests {
    @Test func `the race is found, and its seed shows it again`() throws {
        let found = #expect(throws: SimulationFailure.self) {
            try simulate(accounts, seeds: 1...100)
        }
        let failure = try #require(found)
        print(failure)
        #expect(failure.violation.contains("No order explains the history of acme:cash"))

        let again = #expect(throws: SimulationFailure.self) {
            try simulate(accounts, seeds: [failure.seed])
        }
        #expect(again?.trace == failure.trace)
    }

    @Test func `the account that is right loses nothing`() throws {
        try simulate(rightAccounts, seeds: 1...100)
    }
}
