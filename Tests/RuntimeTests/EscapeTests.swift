import RoostRuntime
import RoostTesting
import Testing

/// What must stay inside an object does.
struct EscapeTests {
    @Test func `an instance cannot be passed to another object, a stub can`() async throws {
        let test = try RoostTest { try $0.register(Narcissus.self) }
        let first = try test.objects(of: Narcissus.self).get("first")
        let error = await #expect(throws: RoostError.self) { try await first.sendItself(to: "second") }
        #expect(error?.code == .invalidArgument)
        #expect(try await first.sendStub(to: "second") == "first")
    }

    @Test func `an instance cannot be returned, a stub can`() async throws {
        let test = try RoostTest { try $0.register(Narcissus.self) }
        let first = try test.objects(of: Narcissus.self).get("first")
        await #expect(throws: RoostError.self) { try await first.itself() }
        let stub = try await first.stub()
        #expect(try await stub.name() == "first")
    }
}

distributed actor Narcissus: DurableObject {
    private let context: Own

    /// What the test needs of the context.
    private struct Own {
        let name: String
        let others: ObjectNamespace<Narcissus>
        let stub: Narcissus
    }

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        self.context = Own(
            name: context.id.name ?? "",
            others: try context.objects(of: Narcissus.self),
            stub: try context.stub()
        )
    }

    distributed func name() -> String { context.name }

    distributed func sendItself(to name: String) async throws -> String {
        try await context.others.get(name).ask(self)
    }

    distributed func sendStub(to name: String) async throws -> String {
        try await context.others.get(name).ask(context.stub)
    }

    distributed func ask(_ other: Narcissus) async throws -> String { try await other.name() }

    distributed func itself() -> Narcissus { self }

    distributed func stub() -> Narcissus { context.stub }
}
