import RoostRuntime

/// Compares what a test has left behind with what it said it would.
///
/// A pure value: it looks at nothing by itself.
struct LeftoverCheck: Sendable {
    private struct Expectation: Sendable {
        let kind: Leftover.Kind
        /// Any object, if none is named.
        let object: String?

        func covers(_ leftover: Leftover) -> Bool {
            leftover.kind == kind && (object == nil || leftover.object == object)
        }
    }

    private var expectations: [Expectation] = []

    /// Says that the test ends with something left.
    mutating func expect(_ kind: Leftover.Kind, of object: String?) {
        expectations.append(Expectation(kind: kind, object: object))
    }

    /// Says what is wrong: what is left and not expected, and what is expected and not left.
    func verify(_ found: [Leftover]) throws(LeftoverError) {
        let leftovers = found.filter { leftover in !expectations.contains { $0.covers(leftover) } }
        let missing = expectations.filter { expectation in !found.contains { expectation.covers($0) } }
            .map { "Expected as left behind, but not there: \($0.kind)\($0.object.map { " of \($0)" } ?? "")." }
        guard leftovers.isEmpty, missing.isEmpty else {
            throw LeftoverError(leftovers: leftovers, missing: missing)
        }
    }
}

extension Leftover {
    /// What is going on in an object.
    static func of(_ residue: ObjectResidue) -> [Leftover] {
        let object = SimulationEvent.name(residue.object)
        var found: [Leftover] = []
        if residue.waiting > 0 {
            let text =
                "\(count(residue.waiting, "event")) still wait to be let into \(object), behind its initializer or a "
                + "critical section. Let that end and await the calls"
            found.append(Leftover(.waiting, in: object, text + advice(".waiting")))
        }
        if residue.held > 0 {
            let text =
                "\(count(residue.held, "answer")) of \(object) still wait for the disk. Call `disk.releaseCommits()` "
                + "and await the calls"
            found.append(Leftover(.waiting, in: object, text + advice(".waiting")))
        }
        if residue.running > 0 {
            let text =
                "\(count(residue.running, "event")) still run in \(object), calls, alarms or background work. Await "
                + "or cancel them, or let the time pass that they wait for"
            found.append(Leftover(.running, in: object, text + advice(".running")))
        } else if residue.isBlocked {
            let text = "The initializer or a critical section still runs in \(object). Let it end"
            found.append(Leftover(.running, in: object, text + advice(".running")))
        }
        return found
    }

    /// A reset of which nobody was told.
    static func reset(_ object: ObjectAddress, _ error: any Error) -> Leftover {
        let name = SimulationEvent.name(object)
        let text = "\(name) was reset, and no call was told: \(error). Await a call that gets the error"
        return Leftover(.reset, in: name, text + advice(".reset"))
    }

    /// Tasks of a stepped test.
    static func tasks(_ unfinished: Int) -> [Leftover] {
        guard unfinished > 0 else { return [] }
        let text =
            "\(count(unfinished, "task")) begun with `start` have not ended. Release what they wait for and "
            + "`settle()`, or cancel them"
        return [Leftover(.running, text + advice(".running"))]
    }

    package static func advice(_ kind: String) -> String { "; or say that it is meant: `expect(\(kind))`." }

    package static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
}
