import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Stubs and calls through them.
///
/// Cases of `actor-stub-test.js`, `js-rpc-test.js` and the `rpc` fixture carry their names or say where they come from.
struct StubTests {
    private let test: RoostTest
    private let things: ObjectNamespace<Thing>

    init() throws {
        test = try RoostTest { try $0.register(Thing.self) }
        things = try test.objects(of: Thing.self)
    }

    // actor-stub-test
    @Test func `actor-stub-test - the stub knows its id and its name`() throws {
        let id = things.id(fromName: "foo")
        #expect(id.name == "foo")
        let stub = try things.get(id)
        #expect(stub.id.id == id)
        #expect(stub.id.id.name == "foo")
        #expect(things.newUniqueID() != things.newUniqueID())
        let again = try things.id(fromString: id.description)
        #expect(again.description == id.description)
        #expect(again.name == nil)
    }

    @Test func `actor-stub-test - stubs of one object are equal, however they were got`() throws {
        let stub = try things.get("foo")
        let byID = try things.get(things.id(fromName: "foo"))
        let byText = try things.get(things.id(fromString: things.id(fromName: "foo").description))
        let other = try things.get("bar")
        #expect(stub == byID)
        #expect(stub == byText)
        #expect(stub != other)
    }

    @Test func `actor-stub-test - a call, a call that uses its object, a call that throws`() async throws {
        let stub = try things.get("foo")
        #expect(try await stub.nothing() == "nothing")
        #expect(try await stub.name() == "foo")
        await #expect(throws: TestError.refused) { try await stub.refuse() }
    }

    // js-rpc-test
    @Test func `namedActorBinding - state is shared between calls`() async throws {
        let stub = try things.get("counter")
        #expect(try await stub.increment(by: 5) == 5)
        #expect(try await stub.increment(by: 2) == 7)
        #expect(try await things.get("counter").increment(by: 8) == 15)
    }

    @Test func `namedActorBinding - a call back to the caller inside blockConcurrencyWhile completes`() async throws {
        #expect(try await things.get("outer").callMeBack(through: "inner") == 12_345)
    }

    @Test func `canUseGetPutDelete`() async throws {
        let stub = try things.get("store")
        try await stub.put("a", 1)
        #expect(try await stub.get("a") == 1)
        #expect(try await stub.delete("a"))
        #expect(try await stub.get("a") == nil)
    }

    @Test func `namedServiceBinding - methods with none, one and two arguments, a property, a dictionary`() async throws
    {
        let stub = try things.get("shapes")
        #expect(try await stub.nothing() == "nothing")
        #expect(try await stub.one(1) == "1")
        #expect(try await stub.two(1, "two") == "1 two")
        #expect(try await stub.size == 42)
        #expect(try await stub.table() == ["a": 1, "b": 2])
    }

    // rpc/test/unit.test.ts
    @Test func `receives plain objects over RPC`() async throws {
        let value = Thing.Plain(text: "x", numbers: [1, 2], inner: [Thing.Plain(text: "y", numbers: [], inner: [])])
        #expect(try await things.get("plain").plain(value) == value)
    }

    @Test func `sendStubOverRpc and receiveStubOverRpc - a stub is passed, called and returned`() async throws {
        let (first, second) = (try things.get("first"), try things.get("second"))
        #expect(try await first.nameOf(second) == "second")
        #expect(try await first.other("third").name() == "third")
    }

    @Test func `testExceptionProperties - an error of the object's own keeps what it carries`() async throws {
        let error = await #expect(throws: Thing.Failure.self) { try await things.get("e").fail("a", 7) }
        #expect(error == Thing.Failure(reason: "a", abc: 7))
    }

    @Test func `testDurableObjectExceptionProperties`() async throws {
        let stub = try things.get("e")
        let calls: [@Sendable () async throws -> Void] = [
            { try await stub.tooLarge() }, { try await stub.giveUp() }, { try await stub.tooLargeElsewhere() },
        ]
        for call in calls {
            let error = await #expect(throws: RoostError.self) { try await call() }
            #expect(error?.remote == true)
            #expect(error?.object?.description == stub.id.id.description)
        }
        // What never reached an object names none.
        let local = #expect(throws: RoostError.self) { try things.id(fromString: "no id") }
        #expect(local?.remote == false)
        #expect(local?.object == nil)
    }
}

/// An object with methods of every shape.
distributed actor Thing: DurableObject {
    struct Plain: Codable, Sendable, Equatable {
        let text: String
        let numbers: [Int]
        let inner: [Plain]
    }

    struct Failure: Error, Codable, Equatable {
        let reason: String
        let abc: Int
    }

    private let context: ObjectContext
    private let storage: ObjectStorage
    private var count = 0

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
    }

    distributed var size: Int { 42 }

    distributed func nothing() -> String { "nothing" }
    distributed func one(_ number: Int) -> String { "\(number)" }
    distributed func two(_ number: Int, _ text: String) -> String { "\(number) \(text)" }
    distributed func table() -> [String: Int] { ["a": 1, "b": 2] }
    distributed func name() -> String { context.id.name ?? "" }
    distributed func refuse() throws { throw TestError.refused }
    distributed func plain(_ value: Plain) -> Plain { value }

    distributed func increment(by amount: Int) -> Int {
        count += amount
        return count
    }

    distributed func get(_ key: String) throws -> Int? { try storage.get(key, as: Int.self) }
    distributed func put(_ key: String, _ value: Int) throws { try storage.put(key, value) }
    distributed func delete(_ key: String) throws -> Bool { try storage.delete(key) }

    distributed func callMeBack(through name: String) async throws -> Int {
        let other = try context.objects(of: Thing.self).get(name)
        let me = try context.stub(as: Thing.self)
        return try await context.blockConcurrencyWhile { try await other.callBack(me) }
    }

    distributed func callBack(_ caller: Thing) async throws -> Int { try await caller.increment(by: 12_345) }

    distributed func nameOf(_ other: Thing) async throws -> String { try await other.name() }
    distributed func other(_ name: String) throws -> Thing { try context.objects(of: Thing.self).get(name) }

    distributed func fail(_ reason: String, _ abc: Int) throws { throw Failure(reason: reason, abc: abc) }
    distributed func tooLarge() throws { try storage.put(String(repeating: "k", count: 4_096), 1) }
    distributed func giveUp() throws { try context.abort("enough") }

    /// An error that has come from another object names that one; this one has caught it and says so itself.
    distributed func tooLargeElsewhere() async throws {
        do { try await context.objects(of: Thing.self).get("elsewhere").tooLarge() } catch let error as RoostError {
            guard error.object?.name == "elsewhere" else { return }
            try context.abort("elsewhere")
        }
    }
}
