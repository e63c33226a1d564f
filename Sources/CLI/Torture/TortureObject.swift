import RoostRuntime

/// What is written in the torture: in one turn a number under three keys, and a large value made from it.
distributed actor TortureObject: DurableObject {
    /// Large enough to take pages of its own.
    private static let bytesCount = 6_000

    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    /// One turn; the same number comes back when it is durable.
    distributed func write(_ number: Int) throws -> Int {
        for key in ["first", "second", "third"] { try storage.put(key, number) }
        try storage.putBytes("large", Self.large(number))
        try storage.put("line \(1_000_000 + number % 100)", number)
        return number
    }

    /// The number, and whether everything that was written with it is there.
    distributed func look() throws -> TortureFinding {
        let numbers = try ["first", "second", "third"].map { try storage.get($0, as: Int.self) ?? 0 }
        let number = numbers[0]
        guard number > 0 else { return TortureFinding(number: 0, isWhole: numbers == [0, 0, 0]) }
        let line = try storage.get("line \(1_000_000 + number % 100)", as: Int.self)
        let large = try storage.getBytes("large")
        let isWhole = Set(numbers).count == 1 && line == number && large == Self.large(number)
        return TortureFinding(number: number, isWhole: isWhole)
    }

    private static func large(_ number: Int) -> [UInt8] {
        (0..<bytesCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
    }
}

/// What is found in an object after a kill.
struct TortureFinding: Codable, Sendable {
    let number: Int
    let isWhole: Bool
}
