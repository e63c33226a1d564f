import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// SQL and keys in one turn.
    package static let tables = SimulationScenario(
        "tables",
        "Rows are inserted and counted under a key in one turn; what was acknowledged is there, and both agree."
    ) {
        try $0.register(SimulatedTable.self, storage: .sql)
    } build: { world in
        let writes = world.check(AcknowledgedWrites(world))
        for number in 1...3 {
            world.client("client \(number)") { client in
                for round in 1...5 {
                    let table = "t\(client.random.draw(1...2))"
                    let item = "\(number)-\(round)"
                    if client.random.oneIn(5) {
                        _ = try await client.attempt("roll back \(item) in \(table)") {
                            try await client.object(SimulatedTable.self, table).addAndRollBack(item)
                        }
                    } else {
                        writes.began(item, in: table)
                        let result = try await client.attempt("add \(item) to \(table)") {
                            try await client.object(SimulatedTable.self, table).add(item)
                        }
                        writes.ended(item, in: table, result)
                    }
                    try await compare(table, client)
                }
            }
        }
        world.atEnd { client in
            for table in ["t1", "t2"] {
                writes.found(
                    try await client.call("items of \(table)") {
                        try await client.object(SimulatedTable.self, table).items()
                    },
                    in: table
                )
                try await compare(table, client)
            }
        }
    }

    private static func compare(_ table: String, _ client: SimulationClient) async throws {
        let result = try await client.attempt("counts of \(table)") {
            try await client.object(SimulatedTable.self, table).counts()
        }
        if case .success(let counts) = result, counts[0] != counts[1] {
            client.world.violate("\(table) has \(counts[0]) rows and counts \(counts[1]).")
        }
    }
}
