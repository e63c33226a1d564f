import RoostRuntime

/// What is written in the torture: in one turn a number under three keys, in two tables and as the alarm's time, and a
/// large value made from it.
distributed actor TortureObject: DurableObject {
    static var schemaMigrations: [SchemaMigration] {
        [
            SchemaMigration(
                1,
                "ledger",
                """
                CREATE TABLE ledger (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
                CREATE TABLE total (
                    id INTEGER PRIMARY KEY CHECK (id = 1), lines INTEGER NOT NULL, last INTEGER NOT NULL
                );
                INSERT INTO total VALUES (1, 0, 0);
                """
            )
        ]
    }

    /// The rows that the ledger keeps: so many that old pages are freed and used again.
    private static let rowsMax = 200
    /// The alarm's time is so far away that it never fires, and tells the number.
    private static let alarmBase: Int64 = 32_503_680_000_000

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
        try storage.sql.execute("INSERT INTO ledger VALUES (?, ?)", number, "line \(number) " + Self.body(number))
        try storage.sql.execute("UPDATE total SET lines = lines + 1, last = ?", number)
        try storage.sql.execute("DELETE FROM ledger WHERE number <= ?", number - Self.rowsMax)
        try storage.setAlarm(Timestamp(milliseconds: Self.alarmBase + Int64(number)))
        return number
    }

    func alarm(_ invocation: AlarmInvocation) {}

    /// The number, and whether everything that was written with it is there.
    distributed func look() throws -> TortureFinding {
        let numbers = try ["first", "second", "third"].map { try storage.get($0, as: Int.self) ?? 0 }
        let number = numbers[0]
        let total = try storage.sql.execute("SELECT lines, last FROM total").one()
        let alarm = try storage.getAlarm()
        guard number > 0 else {
            let isEmpty = numbers == [0, 0, 0] && total.values == [.integer(0), .integer(0)] && alarm == nil
            return TortureFinding(number: 0, isWhole: isEmpty)
        }
        let line = try storage.get("line \(1_000_000 + number % 100)", as: Int.self)
        let large = try storage.getBytes("large")
        let keys = Set(numbers).count == 1 && line == number && large == Self.large(number)
        let rows = try storage.sql.execute("SELECT count(*), min(number), max(number) FROM ledger").one()
        let first = max(1, number - Self.rowsMax + 1)
        let ledger = try rows.get(0) == number - first + 1 && rows.get(1) == first && rows.get(2) == number
        let tables = try ledger && total.get("lines") == number && total.get("last") == number
        let isWhole = keys && tables && alarm?.milliseconds == Self.alarmBase + Int64(number)
        return TortureFinding(number: number, isWhole: isWhole)
    }

    private static func body(_ number: Int) -> String { String(repeating: "ledger ", count: number % 40) }

    private static func large(_ number: Int) -> [UInt8] {
        (0..<bytesCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
    }
}

/// What is found in an object after a kill.
struct TortureFinding: Codable, Sendable {
    let number: Int
    let isWhole: Bool
}
