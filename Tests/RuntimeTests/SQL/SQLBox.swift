import RoostRuntime
import RoostTesting
import Synchronization
import Testing

/// Runs closures inside an object with a database, also over suspension points.
distributed actor SQLBox: DurableObject {
    typealias Body = @Sendable (isolated SQLBox) async throws -> String

    static let bodies = Mutex<[Int: Body]>([:])
    private static let nextBody = Mutex(0)

    let context: ObjectContext
    let storage: ObjectStorage
    /// What a test leaves here between two calls.
    var rows: SQLRows?

    init(context: sending ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
    }

    distributed func run(_ number: Int) async throws -> String {
        guard let body = Self.bodies.withLock({ $0[number] }) else { return "no body \(number)" }
        return try await body(self)
    }

    /// Runs `body` in the object.
    @discardableResult
    nonisolated func inside(_ body: @escaping Body) async throws -> String {
        let number = Self.nextBody.withLock { next in
            next += 1
            return next
        }
        Self.bodies.withLock { $0[number] = body }
        defer { Self.bodies.withLock { $0[number] = nil } }
        return try await run(number)
    }
}

/// A statement or a call succeeded that should not have.
struct NoError: Error {
    let query: String
}

extension SQLStorage {
    /// All rows as text: columns by `|`, rows by a blank.
    func text(_ query: String, _ bindings: (any SQLBindable)?...) throws(RoostError) -> String {
        try execute(query, values: bindings.map { $0?.sqlValue ?? .null }).text()
    }

    /// What a statement is answered with that must fail.
    func error(_ query: String, _ bindings: (any SQLBindable)?...) throws -> RoostError {
        do throws(RoostError) {
            _ = try execute(query, values: bindings.map { $0?.sqlValue ?? .null }).all()
        } catch {
            return error
        }
        throw NoError(query: query)
    }
}

extension SQLRows {
    func text() throws(RoostError) -> String { try all().map(\.text).joined(separator: " ") }
}

extension SQLRow {
    var text: String {
        values.map { value in
            switch value {
            case .null: "null"
            case .integer(let number): String(number)
            case .real(let number): String(number)
            case .text(let text): text
            case .blob(let bytes):
                "x" + bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
            }
        }.joined(separator: "|")
    }
}

/// A runtime with objects that have a database.
struct SQLTest {
    let test: RoostTest

    init(limits: ObjectLimits = .cloudflare, recorder: EventRecorder = EventRecorder()) throws {
        var configuration = RoostConfiguration()
        configuration.limits = limits
        configuration.observer = recorder
        test = try RoostTest(configuration: configuration) { try $0.register(SQLBox.self, storage: .sql) }
    }

    /// A database of at most so many pages.
    static func limits(pages: Int) -> ObjectLimits {
        var limits = ObjectLimits.cloudflare
        limits.sql.databasePages = pages
        return limits
    }

    /// A stub for the object, in the runtime as it is now.
    func box(_ name: String = "box") throws -> SQLBox { try test.objects(of: SQLBox.self).get(name) }

    @discardableResult
    func inside(_ body: @escaping SQLBox.Body) async throws -> String { try await box().inside(body) }

    /// The rows of a statement as text, in a turn of its own.
    @discardableResult
    func text(_ query: String) async throws -> String {
        try await inside { try $0.storage.sql.text(query) }
    }

    /// What a call fails with.
    func error(_ body: @escaping SQLBox.Body) async throws -> RoostError {
        do {
            let result = try await inside(body)
            throw NoError(query: result)
        } catch let error as RoostError {
            return error
        }
    }
}
