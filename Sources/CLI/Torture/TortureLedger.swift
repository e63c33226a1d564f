/// What was acknowledged, held against what is found after each kill.
///
/// Each object is written by one caller, which counts up and waits for each answer. So after a kill an object holds the
/// last number that was acknowledged, or the one after it, whose answer was under way.
struct TortureLedger {
    private var known: [Int: Int] = [:]
    /// Writes that were acknowledged.
    private(set) var acknowledged = 0
    /// Writes that were found, of those that were acknowledged.
    private(set) var found = 0
    /// Acknowledged writes that were not there.
    private(set) var lost = 0
    /// Objects that held part of a turn.
    private(set) var torn = 0
    /// Objects that held what nobody had written.
    private(set) var invented = 0
    /// Since the last life began, for each object.
    private var sinceStart: [Int: Int] = [:]

    var isClean: Bool { lost == 0 && torn == 0 && invented == 0 }

    /// Takes a line of the worker.
    ///
    /// - Returns: Whether it was one of those that are known.
    mutating func take(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        guard words.count >= 3, let object = Int(words[1]), let number = Int(words[2]) else { return line == "ready" }
        switch words[0] {
        case "acknowledged":
            acknowledged += 1
            sinceStart[object, default: 0] += 1
            known[object] = number
        case "found":
            compare(object, number, isWhole: words.last == "whole")
        default:
            return false
        }
        return true
    }

    private mutating func compare(_ object: Int, _ number: Int, isWhole: Bool) {
        let last = known[object] ?? 0
        let fresh = sinceStart.removeValue(forKey: object) ?? 0
        if !isWhole { torn += 1 }
        if number < last { lost += last - number }
        if number > last + 1 { invented += 1 }
        found += max(0, fresh - max(0, last - number))
        known[object] = number
    }
}
