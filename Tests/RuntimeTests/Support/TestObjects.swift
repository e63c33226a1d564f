import RoostRuntime
import Synchronization

/// A counter, as in the documentation.
distributed actor Counter: DurableObject {
    let storage: ObjectStorage
    private var inMemory = 0

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func increment(by amount: Int = 1) throws -> Int {
        let value = (try storage.get("value", as: Int.self) ?? 0) + amount
        try storage.put("value", value)
        return value
    }

    distributed func value() throws -> Int { try storage.get("value", as: Int.self) ?? 0 }

    distributed func touch() -> Int {
        inMemory += 1
        return inMemory
    }

    /// Writes two keys in one turn; they must never be seen apart.
    distributed func setBoth(_ value: Int) throws {
        try storage.put("left", value)
        try storage.put("right", value)
    }

    distributed func both() throws -> [Int] {
        [try storage.get("left", as: Int.self) ?? 0, try storage.get("right", as: Int.self) ?? 0]
    }

    /// Changes so many keys in one turn.
    distributed func fill(_ count: Int, with value: Int) throws {
        for index in 0..<count { try storage.put("key \(index)", value) }
    }

    distributed func writeAndThrow(_ value: Int) throws {
        try storage.put("value", value)
        throw TestError.refused
    }

    distributed func putUnconfirmed(_ value: Int) throws {
        try storage.put("value", value, options: WriteOptions(allowUnconfirmed: true))
    }

    distributed func putUnconfirmedAndSync(_ value: Int) async throws {
        try storage.put("value", value, options: WriteOptions(allowUnconfirmed: true))
        try await storage.sync()
    }
}

enum TestError: Error, Codable, Equatable {
    case refused
}

/// Runs closures inside an object, for tests of the storage.
///
/// The closures stand in a table, because what crosses a stub must be `Codable`.
distributed actor Box: DurableObject {
    typealias Body = @Sendable (ObjectStorage) throws -> String

    static let bodies = Mutex<[Int: Body]>([:])

    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func run(_ number: Int) throws -> String {
        guard let body = Self.bodies.withLock({ $0[number] }) else { return "no body \(number)" }
        return try body(storage)
    }
}

private let nextBody = Mutex(0)

extension Box {
    /// Runs `body` in one turn of the object.
    nonisolated func inside(_ body: @escaping Body) async throws -> String {
        let number = nextBody.withLock { next in
            next += 1
            return next
        }
        Box.bodies.withLock { $0[number] = body }
        defer { Box.bodies.withLock { $0[number] = nil } }
        return try await run(number)
    }
}

/// An object that waits inside a turn until the test lets it go.
distributed actor Waiting: DurableObject {
    let storage: ObjectStorage
    let latches: Latches

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        latches = Latches.shared
    }

    distributed func wait(for latch: String) async throws -> Int {
        await latches.wait(latch)
        return 1
    }
}

/// Latches by name: somebody waits until somebody else opens.
final class Latches: Sendable {
    static let shared = Latches()

    private struct State {
        var open: Set<String> = []
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
        var watchers: [String: [(count: Int, continuation: CheckedContinuation<Void, Never>)]] = [:]
    }

    private let state = Mutex(State())

    func wait(_ name: String) async {
        await withCheckedContinuation { continuation in
            let (isOpen, reached) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                if state.open.contains(name) { return (true, []) }
                state.waiting[name, default: []].append(continuation)
                let count = state.waiting[name]?.count ?? 0
                let reached = state.watchers[name]?.filter { $0.count <= count }.map(\.continuation) ?? []
                state.watchers[name]?.removeAll { $0.count <= count }
                return (false, reached)
            }
            for watcher in reached { watcher.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Returns when so many wait at the latch.
    func waiters(_ name: String, reach count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if (state.waiting[name]?.count ?? 0) >= count { return true }
                state.watchers[name, default: []].append((count, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }

    func open(_ name: String) {
        let waiting = state.withLock { state in
            state.open.insert(name)
            return state.waiting.removeValue(forKey: name) ?? []
        }
        for continuation in waiting { continuation.resume() }
    }
}
