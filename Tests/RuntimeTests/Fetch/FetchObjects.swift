import RoostRuntime
import Synchronization

/// Answers requests with a closure of the test, which runs on the object.
distributed actor Fetched: DurableObject {
    typealias Handler = @Sendable (isolated Fetched, ObjectRequest) async throws -> ObjectResponse

    /// The handlers of the objects, by their names; each test uses names of its own.
    static let handlers = Mutex<[String: Handler]>([:])

    let storage: ObjectStorage
    let context: ObjectContext
    private let name: String

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        name = context.id.name ?? ""
        self.context = context
    }

    func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        guard let handler = Self.handlers.withLock({ $0[name] }) else { return .text("no handler", status: .notFound) }
        return try await handler(self, request)
    }

    func count() throws -> Int {
        let number = (try storage.get("number", as: Int.self) ?? 0) + 1
        try storage.put("number", number)
        return number
    }

    distributed func number() throws -> Int { try storage.get("number", as: Int.self) ?? 0 }
}

/// A stream that a test feeds by hand.
final class Feed: AsyncSequence, Sendable {
    private let chunks: Mutex<[Result<[UInt8], any Error>]>
    let asked = Mutex(0)

    init(_ chunks: [Result<[UInt8], any Error>]) { self.chunks = Mutex(chunks) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let feed: Feed

        mutating func next() async throws -> [UInt8]? {
            feed.asked.withLock { $0 += 1 }
            guard let next = feed.chunks.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return nil }
            return try next.get()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(feed: self) }
}

/// A value behind a lock that may be captured by what is sent elsewhere.
final class Kept<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in
            var copy = value
            defer { value = copy }
            return body(&copy)
        }
    }
}
