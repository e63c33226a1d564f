import Distributed
import RoostRuntime
import RoostTesting

/// A day in the life of a tenant, in virtual time: a thousand objects, whose alarms ring ten thousand times at random
/// moments; between two of its alarms each sleeps.
enum VirtualDay {
    static let objects = 1_000
    static let alarmsPerObject = 10
    private static let seconds = 86_400

    /// Lives through the day.
    ///
    /// - Throws: An error when not every alarm has rung.
    static func run() throws {
        try withSteppedTest(register: { try $0.register(DailyObject.self) }) { test in
            let daily = try test.objects(of: DailyObject.self)
            try test.run {
                for number in 0..<objects { try await daily.get("acme:\(number)").begin(alarmsPerObject, seconds) }
            }
            test.advance(by: .seconds(seconds))
            let rung = try test.run {
                var rung = 0
                for number in 0..<objects { rung += try await daily.get("acme:\(number)").rung() }
                return rung
            }
            guard rung == objects * alarmsPerObject else { throw Incomplete(rung: rung) }
        }
    }

    struct Incomplete: Error {
        let rung: Int
    }
}

/// Is woken some times a day, and counts them.
distributed actor DailyObject: DurableObject {
    private let storage: ObjectStorage
    private let clock: any RuntimeClock
    private let random: any RandomSource

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
        random = context.random
    }

    /// Sets the first of `count` alarms that lie in the next `seconds`.
    distributed func begin(_ count: Int, _ seconds: Int) throws {
        let part = Int64(seconds) * 1_000 / Int64(count)
        try storage.put("part", part)
        try storage.put("start", clock.now.milliseconds)
        try setNext(rung: 0)
    }

    distributed func rung() throws -> Int { try storage.get("rung", as: Int.self) ?? 0 }

    func alarm(_ invocation: AlarmInvocation) throws {
        let rung = try rung() + 1
        try storage.put("rung", rung)
        if rung < VirtualDay.alarmsPerObject { try setNext(rung: rung) }
    }

    /// The alarms share the day: each is at a random moment of its own part of it.
    private func setNext(rung: Int) throws {
        let part = try storage.get("part", as: Int64.self) ?? 0
        let start = try storage.get("start", as: Int64.self) ?? 0
        let offset = Int64(random.fraction() * Double(part - 1))
        try storage.setAlarm(Timestamp(milliseconds: start + Int64(rung) * part + offset + 1))
    }
}
