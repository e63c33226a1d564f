import Synchronization

/// The WebSockets of one object, and what it has settled for all of them.
///
/// It outlives the object's instances: the object sleeps, its sockets stay.
///
/// Invariants
/// 1. A record stands in `all`, and under each of its tags, from when it was accepted until its end was told.
/// 2. Both are in the order of the records' numbers.
/// 3. Once dead, it has no records and takes none: the object was reset, and its next instance has another.
///
/// Isolation: may be used from any thread; nothing else is called while the lock is held, but records.
final class ObjectSockets: Sendable {
    /// How many sockets an object may have.
    static let socketsMax = 32_768

    private struct State {
        var all: [SocketRecord] = []
        var byTag: [SocketTag: [SocketRecord]] = [:]
        var nextNumber: UInt64 = 1
        var autoResponse: WebSocketRequestResponsePair?
        var eventTimeout: Duration?
        var isDead = false
    }

    let entry: ClassEntry
    let address: ObjectAddress
    private let state: Mutex<State>

    init(entry: ClassEntry, address: ObjectAddress, isDead: Bool) {
        self.entry = entry
        self.address = address
        state = Mutex(State(isDead: isDead))
    }

    // MARK: Records

    var count: Int { state.withLock { $0.all.count } }

    /// Takes a socket in; the caller tells the runtime, when it holds no lock.
    ///
    /// - Parameter tags: Without doubles.
    func accept(_ record: SocketRecord, tags: [String]) throws(RoostError) {
        try state.withLock { state throws(RoostError) in
            guard !state.isDead else { throw RoostError.instanceGone }
            guard state.all.count < Self.socketsMax else { throw RoostError.tooManySockets }
            guard record.accept(into: self, number: state.nextNumber, tags: tags) else {
                throw RoostError.socketAlreadyAccepted
            }
            state.nextNumber += 1
            state.all.append(record)
            for tag in tags { state.byTag[SocketTag(tag), default: []].append(record) }
        }
    }

    /// All records, the newest first; or those with a tag, the oldest first: as at the origin.
    func records(tag: String?) -> [SocketRecord] {
        state.withLock { state in
            if let tag { return state.byTag[SocketTag(tag)] ?? [] }
            return state.all.reversed()
        }
    }

    private func remove(_ record: SocketRecord) {
        let number = record.number
        let tags = record.tags ?? []
        let wasThere = state.withLock { state in
            guard Self.remove(number, from: &state.all) else { return false }
            for tag in tags.map(SocketTag.init) {
                guard var tagged = state.byTag.removeValue(forKey: tag) else { continue }
                _ = Self.remove(number, from: &tagged)
                if !tagged.isEmpty { state.byTag[tag] = tagged }
            }
            return true
        }
        guard wasThere else { return }
        entry.roost.socketEnded(address)
        entry.sockets.forgetUnused(address.id.raw)
    }

    private static func remove(_ number: UInt64, from records: inout [SocketRecord]) -> Bool {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].number < number { low = middle + 1 } else { high = middle }
        }
        guard low < records.count, records[low].number == number else { return false }
        records.remove(at: low)
        return true
    }

    /// Whether nothing would be lost with it while its object sleeps.
    var isUnused: Bool { state.withLock { $0.all.isEmpty } }

    /// Drops every socket without a word: their other sides see 1006, and the object hears nothing.
    ///
    /// The caller has taken it out of the hub.
    func cutOff() {
        let records = state.withLock { state in
            defer { state = State(isDead: true) }
            return state.all
        }
        for record in records {
            record.cutOff()
            entry.roost.socketEnded(address)
        }
    }

    /// Closes every socket, after what the object has sent before.
    func closeAll(code: UInt16, reason: String) {
        for record in state.withLock({ $0.all }) { close(record, code: code, reason: reason) }
    }

    /// Closes a socket from this side, after what the object has sent before.
    private func close(_ record: SocketRecord, code: UInt16, reason: String) {
        let command = SocketStateMachine.Command.close(code: code, reason: reason)
        if let activation = entry.catalog.existing(address.id.raw),
            case .taken = activation.outbox.post(command, to: record, of: activation)
        {
            return
        }
        // An object that sleeps, perhaps only since then, has nothing left to send before.
        record.hand(command, max: entry.roost.webSocketPendingBytesMax)
    }

    // MARK: Settings

    var autoResponse: WebSocketRequestResponsePair? {
        get { state.withLock { $0.autoResponse } }
        set { state.withLock { $0.autoResponse = newValue } }
    }

    var eventTimeout: Duration? {
        get { state.withLock { $0.eventTimeout } }
        set { state.withLock { $0.eventTimeout = newValue } }
    }

    // MARK: Events

    /// A message has come from the other side.
    func received(_ message: WebSocketMessage, on record: SocketRecord) async {
        let roost = entry.roost
        if case .text(let text) = message, let pair = autoResponse,
            pair.request.utf8.elementsEqual(text.utf8),
            !roost.mutations.contains(.autoResponseWakes)
        {
            record.answer(pair.response, at: roost.clock.now, max: roost.webSocketPendingBytesMax)
            return
        }
        guard record.beginEvent() else { return }
        do {
            try await entry.events.socket(entry, self, record, .message(message))
        } catch {
            // It can be told nothing, unless it only has too much to do.
            guard let failure = WebSocketError.overloaded(error) else { return finish(record, drops: true) }
            close(record, code: 1_013, reason: failure.description)
            _ = record.end(.failed(failure))
        }
        if let ending = record.endEvent() { await tell(ending, of: record) }
    }

    /// A socket has come to its end.
    func ended(_ ending: SocketStateMachine.Ending, _ record: SocketRecord) async {
        if let ending = record.end(ending) { await tell(ending, of: record) }
    }

    /// Ends a socket whose other side takes too little.
    func giveUp(_ record: SocketRecord) {
        guard let ending = record.giveUp(.tooSlow) else { return }
        entry.roost.seams.start("roost.socket") { await self.tell(ending, of: record) }
    }

    /// The client end was let go of before anything carried it.
    func neverAttached(_ record: SocketRecord) {
        guard let ending = record.end(.closed(.vanished)) else { return }
        entry.roost.seams.start("roost.socket") { await self.tell(ending, of: record) }
    }

    /// Tells the object of the end.
    ///
    /// The object's own limits do not keep that out. When the server has no room for another object that is awake, it
    /// is tried again, as long as ``endAttemptsMax`` says.
    private func tell(_ ending: SocketStateMachine.Ending, of record: SocketRecord) async {
        for attempt in 1...Self.endAttemptsMax {
            do {
                try await entry.events.socket(entry, self, record, .ended(ending))
                if entry.roost.mutations.contains(.closedTwice) {
                    try await entry.events.socket(entry, self, record, .ended(ending))
                }
                return finish(record, drops: false)
            } catch {
                guard WebSocketError.overloaded(error) != nil, attempt < Self.endAttemptsMax else { break }
            }
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                _ = entry.roost.clock.schedule(after: .seconds(1 << (attempt - 1))) { continuation.resume() }
            }
            // Cut off meanwhile.
            guard record.home === self else { return }
        }
        finish(record, drops: true)
    }

    /// How often it is tried to tell a full server's object of the end of a socket, after 1, 2, 4, … 32 s.
    private static let endAttemptsMax = 7

    private func finish(_ record: SocketRecord, drops: Bool) {
        remove(record)
        record.told(drops: drops)
    }
}

/// A tag, told from others by its bytes, not as texts are told apart.
private struct SocketTag: Hashable {
    private let bytes: [UInt8]

    init(_ tag: String) { bytes = Array(tag.utf8) }
}

/// What an object is told about one of its sockets.
enum SocketEvent: Sendable {
    case message(WebSocketMessage)
    case ended(SocketStateMachine.Ending)

    var byteCount: Int {
        if case .message(let message) = self { message.byteCount } else { 0 }
    }

    var entrance: Entrance {
        if case .message = self { .whileDraining } else { .always }
    }
}

/// What a transport reports to.
struct SocketReceiver: WebSocketReceiver {
    let sockets: ObjectSockets
    let record: SocketRecord

    func received(_ message: WebSocketMessage) async { await sockets.received(message, on: record) }

    func closed(code: UInt16?, reason: String) async {
        let close = WebSocketClose(code: code ?? WebSocketClose.noCode, reason: reason, wasClean: true)
        await sockets.ended(.closed(close), record)
    }

    func vanished() async { await sockets.ended(.closed(.vanished), record) }

    func failed(_ error: WebSocketError) async { await sockets.ended(.failed(error), record) }
}

/// Hears of a socket that nobody has any more.
struct SilentReceiver: WebSocketReceiver {
    func received(_ message: WebSocketMessage) async {}
    func closed(code: UInt16?, reason: String) async {}
    func vanished() async {}
    func failed(_ error: WebSocketError) async {}
}
