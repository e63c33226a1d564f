import Distributed
import RoostStorage

/// What the test harness and the command line may do with objects from outside.
extension Roost {
    /// Runs `body` inside an object, as one of its events: it waits in line, and its result at the output gate.
    package func run<Object: DurableObject, Result: Sendable>(
        in stub: Object,
        _ body: @escaping @Sendable (isolated Object, ObjectContext) async throws -> Result
    ) async throws -> Result {
        try await objects(of: Object.self).entry.call(stub.id) { (object: isolated Object, activation) in
            try await body(object, ObjectContext(activation: activation))
        }
    }

    /// Runs an object's alarm now, whenever it is due, and not again if its handler throws.
    ///
    /// - Returns: Whether it had one.
    package func runAlarm<Object: DurableObject>(of stub: Object) async throws -> Bool {
        try await run(in: stub) { object, context in
            guard let time = try context.storage.getAlarm() else { return false }
            try context.storage.deleteAlarm()
            _ = try await object.alarm(AlarmInvocation(scheduledTime: time))
            return true
        }
    }

    /// The durable alarms of a class in the order in which they are due, at most 10,000.
    package func alarms<Object: DurableObject>(
        of type: Object.Type
    ) throws(RoostError) -> [(id: DurableObjectID, due: Timestamp)] {
        let entry = try objects(of: type).entry
        do {
            return try store.alarms(through: .max, limit: .max).filter { $0.object.classKey == entry.record.key }.map {
                let name = try store.info(of: $0.object)?.name
                return (DurableObjectID(raw: $0.object.id, name: name), Timestamp(milliseconds: $0.dueMilliseconds))
            }
        } catch {
            throw (error as? StorageError).map { RoostError($0) } ?? RoostError(.storeFailed, "\(error)")
        }
    }

    /// Puts an object to sleep as soon as nothing is in it: its memory is gone, its storage stays.
    ///
    /// - Throws: ``RoostError/Code/notRunning`` when it sleeps, ``RoostError/Code/overloaded`` when it is still busy
    ///   after 30 s.
    package func evict<Object: DurableObject>(_ stub: Object, sockets: SocketEviction = .hibernate) async throws {
        guard let activation = try entry(of: stub.id.classKey).catalog.existing(stub.id.id.raw) else {
            throw RoostError(.notRunning, "Cannot evict Durable Object: it is not currently running.")
        }
        try await activation.evict(limit: Self.evictionLimit)
        if sockets == .close { try dropSockets(stub.id) }
    }

    /// Puts every object to sleep that is awake.
    package func evictAll(sockets: SocketEviction = .hibernate) async throws {
        for activation in allLive {
            try await activation.evict(limit: Self.evictionLimit)
            if sockets == .close { try dropSockets(activation.address) }
        }
    }

    /// Resets every object that is awake.
    package func abortAll() {
        let error = RoostError(.objectReset, "Application called abortAllDurableObjects().", reset: true)
        for activation in allLive {
            // Whoever asks for it knows of it.
            activation.gate.failureWasTold()
            activation.reset(because: error)
        }
    }

    /// The ids of the objects of a class that have stored something, in their order.
    package func ids<Object: DurableObject>(of type: Object.Type) throws(RoostError) -> [DurableObjectID] {
        let key = try objects(of: type).entry.record.key
        var ids: [DurableObjectID] = []
        do {
            while true {
                let page = try store.objects(of: key, after: ids.last?.raw, limit: Self.pageSize)
                ids += page.map { DurableObjectID(raw: $0.id, name: $0.info.name) }
                if page.count < Self.pageSize { return ids }
            }
        } catch {
            throw RoostError(error)
        }
    }

    private static let evictionLimit = Duration.seconds(30)
    private static let pageSize = 1_000

    /// Returns when no alarm runs.
    package func alarmsRest() async { await alarms.rest() }
}

/// What becomes of the WebSockets of an object that is put to sleep by command.
public enum SocketEviction: Sendable {
    /// They stay open, as when the object goes to sleep by itself.
    case hibernate
    /// They are dropped: their other sides see code 1006, and the object hears nothing.
    case close
}

extension Activation {
    /// Waits until nothing is in the instance and everything is durable, and ends it.
    func evict(limit: Duration) async throws {
        let clock = entry.roost.clock
        let deadline = clock.elapsed + limit
        let timer = clock.schedule(after: limit) { [weak self] in self?.tellRest() }
        defer { clock.cancel(timer) }
        while !stopIfIdle(since: clock.elapsed).isOver {
            guard clock.elapsed < deadline else {
                throw RoostError(
                    .overloaded,
                    "Timed out waiting to evict Durable Object: it still has active references.",
                    overloaded: true
                )
            }
            await rested()
            // If it fails, the instance is gone, and that is found next.
            do {
                try await passage(everything: true)
            } catch is CancellationError {
                throw CancellationError()
            } catch {}
        }
    }
}
