import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// Bodies that objects write while somebody reads them.
    package static let streams = SimulationScenario(
        "streams",
        "A chunk of a streamed body leaves its object only when what it depends on is durable; a body that ends well "
            + "is whole and in order."
    ) {
        try $0.register(SimulatedStreamer.self)
    } build: { world in
        world.check(NothingLeavesEarly(world, key: SimulatedStreamer.key))
        for number in 1...3 {
            world.client("client \(number)") { client in
                for _ in 1...5 { try await ask(client) }
            }
        }
    }

    private static func ask(_ client: SimulationClient) async throws {
        let name = "t\(client.random.draw(1...2))"
        let chunks = client.random.draw(1...5)
        if client.random.oneIn(3) {
            let other = name == "t1" ? "t2" : "t1"
            _ = try await client.attempt("\(name) streams \(chunks) to \(other)") {
                let streamer = try client.object(SimulatedStreamer.self, name)
                _ = try await streamer.fetch("/to?other=\(other)&chunks=\(chunks)").body.collect(upTo: 10)
            }
        } else {
            _ = try await client.attempt("\(name) streams \(chunks)") {
                let streamer = try client.object(SimulatedStreamer.self, name)
                var reading = StreamReading(of: name, chunks: chunks, client.world)
                for try await chunk in try await streamer.fetch("/chunks?chunks=\(chunks)").body {
                    reading.took(chunk)
                    if client.random.oneIn(4) { await client.pause(client.random.delay()) }
                }
                reading.ended()
            }
        }
    }
}

/// What somebody has read of a streamed body.
struct StreamReading {
    private let name: String
    private let chunks: Int
    private let world: Simulation
    private var last = 0
    private var count = 0

    init(of name: String, chunks: Int, _ world: Simulation) {
        self.name = name
        self.chunks = chunks
        self.world = world
    }

    mutating func took(_ chunk: [UInt8]) {
        guard let number = Int(String(decoding: chunk, as: UTF8.self)) else {
            return world.violate("A chunk of \(name) is no number.")
        }
        world.checker(of: NothingLeavesEarly.self)?.left(number, of: "SimulatedStreamer \(name)", by: "A chunk")
        if number <= last { world.violate("A stream of \(name) brought \(number) after \(last).") }
        last = number
        count += 1
    }

    func ended() {
        if count != chunks { world.violate("A stream of \(name) ended after \(count) of \(chunks) chunks.") }
    }
}
