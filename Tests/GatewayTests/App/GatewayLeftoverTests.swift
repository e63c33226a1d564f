import HTTPTypes
import RoostGatewayTesting
import RoostTesting
import Testing

/// A test of the edge service that leaves something behind fails.
struct GatewayLeftoverTests {
    private static func say(_ text: String, _ test: GatewayTest) async throws -> GatewayAnswer {
        try await test.client.execute(
            uri: "/chat",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            body: #"{"message":"\#(text)","stream":false}"#
        )
    }

    @Test func `a script that is followed to its end leaves nothing`() async throws {
        try await withGatewayTest(answers: [["Good ", "day"], ["Bye"]]) { test in
            let first = try await Self.say("Hello", test)
            let second = try await Self.say("I go", test)
            #expect(first.text.contains("Good day"))
            #expect(second.text.contains("Bye"))
        }
    }

    @Test func `a call to the model that nobody has scripted fails the test`() async throws {
        let error = await #expect(throws: LeftoverError.self) {
            try await withGatewayTest(answers: [["Good day"]]) { test in
                _ = try await Self.say("Hello", test)
                _ = try await Self.say("Are you there?", test)
            }
        }
        #expect(error?.leftovers.map(\.kind) == [.modelCall])
        #expect(error?.description.contains("called 1 time more than its script tells") == true)
    }

    @Test func `an answer that nobody has asked for fails the test`() async throws {
        let error = await #expect(throws: LeftoverError.self) {
            try await withGatewayTest(answers: [["Good day"], ["Bye"]]) { _ = try await Self.say("Hello", $0) }
        }
        #expect(error?.leftovers.map(\.kind) == [.unusedScript])
    }

    @Test func `what is expected is none`() async throws {
        try await withGatewayTest(answers: []) { test in
            test.expect(.modelCall)
            _ = try await Self.say("Hello", test)
        }
    }
}
