// The code of docs/simulation.md; that of docs/testing.md is an example. A test below compares them.
import FoundationEssentials
import RoostRuntime
import RoostTesting
import Testing

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
        let example = "/\(root)/Examples/lost-update"
        let files = [
            "\(example)/Sources/LostUpdate/Account.swift", "\(example)/Sources/LostUpdate/RightAccount.swift",
            "\(example)/Tests/LostUpdateTests/AccountTests.swift",
            "\(example)/Tests/LostUpdateTests/AccountSimulationTests.swift",
            "/\(root)/Tests/SimulationTests/Guide/GuideTests.swift",
        ]
        let code = try files.map { Self.words(try String(contentsOfFile: $0, encoding: .utf8)) }.joined(separator: " ")
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
