package import Distributed
package import RoostRuntime
import RoostTesting

/// Streams numbers that it counts up before each chunk, out or to another object.
package distributed actor SimulatedStreamer: DurableObject {
    package static let key = "number"

    private let storage: ObjectStorage
    private let others: ObjectNamespace<SimulatedStreamer>
    private let name: String

    package init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        others = try context.objects(of: SimulatedStreamer.self)
        name = context.id.name ?? ""
    }

    package func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        let chunks = request.queryValue("chunks").flatMap { Int($0) } ?? 0
        switch request.path {
        case "/chunks":
            return ObjectResponse(body: stream(chunks))
        case "/to":
            let other = try others.get(request.queryValue("other") ?? "")
            return try await other.fetch("/from?other=\(name)&chunks=\(chunks)", method: .post, body: stream(chunks))
        default:
            guard let world = Simulation.current?.world else { return .text("") }
            var reading = StreamReading(of: request.queryValue("other") ?? "", chunks: chunks, world)
            for try await chunk in request.body { reading.took(chunk) }
            reading.ended()
            return .text("read")
        }
    }

    private func stream(_ chunks: Int) -> ObjectBody {
        .stream { writer in
            for _ in 0..<chunks { try await writer.write("\(try self.count())") }
        }
    }

    private func count() throws -> Int {
        let number = (try storage.get(Self.key, as: Int.self) ?? 0) + 1
        try storage.put(Self.key, number)
        return number
    }
}
