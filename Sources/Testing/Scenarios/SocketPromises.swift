import RoostRuntime
import RoostTesting
import Synchronization

/// What comes out of a `SimulatedRoom`'s WebSockets comes in order; a socket is cut only with its object, and given up
/// only when its client does not read, but then before too much waits for it.
final class SocketPromises: SimulationChecker {
    /// How many bytes may wait for a client.
    static let waitingBytesMax = 1_000

    private struct Seen {
        var number = 0
        var part: Character = "a"
    }

    private struct State {
        /// Resets of each object, and crashes of all.
        var cuts: [String: Int] = [:]
        var crashes = 0
        /// Sockets that were cut, with what `cuts` gave before they were opened.
        var cutSockets: [(socket: String, object: String, cutsBefore: Int)] = []
        /// Sockets whose client goes by itself.
        var leaving: Set<String> = []
        /// Sockets whose client does not read.
        var dawdling: Set<String> = []
        /// The last that came, for each socket.
        var seen: [String: Seen] = [:]
    }

    private let world: Simulation
    private let gate: NothingLeavesEarly
    private let state = Mutex(State())

    init(_ world: Simulation, gate: NothingLeavesEarly) {
        self.world = world
        self.gate = gate
    }

    func observe(_ event: SimulationEvent) {
        switch event {
        case .objectReset(let object, _): state.withLock { $0.cuts[object, default: 0] += 1 }
        case .crashed: state.withLock { $0.crashes += 1 }
        default: break
        }
    }

    /// How often the sockets of an object could have been cut so far.
    func cuts(of object: String) -> Int { state.withLock { ($0.cuts[object] ?? 0) + $0.crashes } }

    /// The client of a socket is about to go: the end that comes then is its own.
    func leaves(_ socket: String) { state.withLock { _ = $0.leaving.insert(socket) } }

    /// The client of a socket will not read what comes.
    func dawdles(_ socket: String) { state.withLock { _ = $0.dawdling.insert(socket) } }

    /// So much waits for the client of a socket.
    func holds(_ socket: String, _ waiting: [TestWebSocket.Received]) {
        let bytes = waiting.reduce(0) { sum, received in
            if case .message(let message) = received { sum + message.byteCount } else { sum }
        }
        // What a slow disk has held back comes on top.
        if bytes > 2 * Self.waitingBytesMax { world.violate("\(bytes) bytes wait for \(socket), which does not read.") }
    }

    /// Something has come over a socket.
    func arrived(_ received: TestWebSocket.Received, from object: String, on socket: String, cutsBefore: Int) {
        switch received {
        case .message(.text(let text)): arrived(text, from: object, on: socket)
        case .message(.binary): world.violate("\(socket) got bytes from \(object).")
        case .closed(let close):
            if close.code == 1_013, state.withLock({ !$0.dawdling.contains(socket) }) {
                world.violate("\(socket) was given up, although its client reads.")
            }
            guard close.code == 1_006 else { return }
            state.withLock { state in
                if !state.leaving.contains(socket) { state.cutSockets.append((socket, object, cutsBefore)) }
            }
        }
    }

    func finish() {
        // Only now, because the sockets of a machine that stops are cut before the stop is told.
        for (socket, object, cutsBefore) in state.withLock({ $0.cutSockets }) where cuts(of: object) == cutsBefore {
            world.violate("\(socket) of \(object) was cut, but the object was not reset.")
        }
    }

    private func arrived(_ text: String, from object: String, on socket: String) {
        if text == "pong" || (text.hasPrefix("sorry ") && world.mayFail) { return }
        let words = text.split(separator: " ")
        guard let number = words.first.flatMap({ Int($0) }), words.count > 1 else {
            return world.violate("\(socket) got \"\(text)\" from \(object).")
        }
        gate.left(number, of: object, by: "A message")
        let part: Character = words[1] == "b" ? "b" : "a"
        let earlier = state.withLock { state -> Seen? in
            let last = state.seen[socket] ?? Seen()
            state.seen[socket] = Seen(number: number, part: part)
            if (number, part) <= (last.number, last.part) { return last }
            // The two parts of an answer are sent together, so nothing else comes between.
            return part == "b" && (last.number != number || last.part != "a") ? last : nil
        }
        if let earlier {
            world.violate("\(socket) got \(number) \(part) from \(object) after \(earlier.number) \(earlier.part).")
        }
    }
}
