// The code of docs/testing.md; a test below compares the two.
import FoundationEssentials
import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

distributed actor Account: DurableObject {
    let storage: ObjectStorage
    let audits: ObjectNamespace<Audit>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        audits = try context.objects(of: Audit.self)
    }

    distributed func balance() throws -> Int {
        try storage.get("balance", as: Int.self) ?? 0
    }

    distributed func add(_ amount: Int) async throws -> Int {
        let before = try storage.get("balance", as: Int.self) ?? 0
        try await audits.get("audit").note("add \(amount)")
        try storage.put("balance", before + amount)
        return before + amount
    }
}

distributed actor Audit: DurableObject {
    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func note(_ line: String) throws {
        let count = try storage.get("count", as: Int.self) ?? 0
        try storage.put("line \(1_000 + count)", line)
        try storage.put("count", count + 1)
    }
}

struct AccountTests {
    @Test func `money stays after a crash`() async throws {
        let test = try RoostTest {
            try $0.register(Account.self)
            try $0.register(Audit.self)
        }
        let account = try test.objects(of: Account.self).get("acme:cash")
        #expect(try await account.add(5) == 5)

        try test.crash()

        let again = try test.objects(of: Account.self).get("acme:cash")
        #expect(try await again.balance() == 5)
    }

    @Test func `an answer waits for the disk`() throws {
        let test = try SteppedTest {
            try $0.register(Account.self)
            try $0.register(Audit.self)
        }
        let account = try test.objects(of: Account.self).get("acme:cash")
        test.disk.holdCommits()
        let answer = test.start { try await account.add(5) }
        test.settle()
        #expect(!answer.isDone)

        test.disk.releaseCommits()
        test.settle()
        #expect(try answer.value() == 5)
    }
}

let accounts = SimulationScenario("accounts", "Clients add to an account.") {
    try $0.register(Account.self)
    try $0.register(Audit.self)
} build: { world in
    let sums = world.check(Linearizability(world, CounterModel()))
    for number in 1...3 {
        world.client("client \(number)") { client in
            for _ in 0..<4 {
                try await sums.perform(.add(number), on: "acme:cash", by: client) {
                    try await client.object(Account.self, "acme:cash").add(number)
                }
            }
        }
    }
}

struct AccountSimulationTests {
    @Test func `no amount is lost`() throws {
        withKnownIssue("The account has a race; the guide finds it.") {
            try simulate(accounts, seeds: 1...100)
        }
    }

    @Test func `no amount is lost when the account is right`() throws {
        try simulate(rightAccounts, seeds: 1...100)
    }
}

distributed actor RightAccount: DurableObject {
    let storage: ObjectStorage
    let audits: ObjectNamespace<Audit>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        audits = try context.objects(of: Audit.self)
    }

    distributed func add(_ amount: Int) async throws -> Int {
        try await audits.get("audit").note("add \(amount)")
        let sum = (try storage.get("balance", as: Int.self) ?? 0) + amount
        try storage.put("balance", sum)
        return sum
    }
}

let rightAccounts = SimulationScenario("right accounts", "Clients add to an account that is right.") {
    try $0.register(RightAccount.self)
    try $0.register(Audit.self)
} build: { world in
    let sums = world.check(Linearizability(world, CounterModel()))
    for number in 1...3 {
        world.client("client \(number)") { client in
            for _ in 0..<4 {
                try await sums.perform(.add(number), on: "acme:cash", by: client) {
                    try await client.object(RightAccount.self, "acme:cash").add(number)
                }
            }
        }
    }
}

final class NoSleeper: SimulationChecker {
    private let world: Simulation

    init(_ world: Simulation) { self.world = world }

    func observe(_ event: SimulationEvent) {
        if case .instanceStopped(let object) = event { world.violate("\(object) fell asleep.") }
    }
}

struct Leap: SimulationFault {
    let name = "leap"
    let failsCalls = false

    func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
        world.clock.stepCivilTime(by: .seconds(86_400))
        return .now
    }
}

/// What the guide shows is what is compiled here.
struct GuideTests {
    @Test func `every piece of code in the guide is compiled`() throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let code = Self.words(
            try String(contentsOfFile: "/\(root)/Tests/SimulationTests/Guide/GuideTests.swift", encoding: .utf8)
        )
        for guide in ["docs/testing.md", "docs/simulation.md"] {
            let text = try String(contentsOfFile: "/\(root)/\(guide)", encoding: .utf8)
            let blocks = text.components(separatedBy: "```swift\n").dropFirst()
            #expect(!blocks.isEmpty)
            for block in blocks {
                let snippet = Self.words(String(block.components(separatedBy: "```")[0]))
                #expect(code.contains(snippet), "not compiled, in \(guide): \(snippet)")
            }
        }
    }

    private static func words(_ text: String) -> String {
        text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }
}
