public import RoostGateway
public import RoostTesting

/// The end of a test of the edge service: nothing may be left that nobody has looked at.
extension GatewayTest {
    /// Says that the test ends with something left, which would else fail it; see `RoostTest.expect(_:of:)`.
    public func expect(_ kind: Leftover.Kind, of object: String? = nil) { runtime.expect(kind, of: object) }

    /// Fails when something is left: what `RoostTest.finish(patience:)` finds, calls to the model that its script does
    /// not have, and answers of the script that nobody has asked for.
    ///
    /// `withGatewayTest` calls it.
    ///
    /// - Parameter patience: How long to wait, in real time, for what is about to end.
    /// - Throws: `LeftoverError`.
    public func finish(patience: Duration = .seconds(5)) async throws {
        try await runtime.finish(patience: patience, and: modelLeftovers)
    }

    private var modelLeftovers: [Leftover] {
        guard let script else { return [] }
        var found: [Leftover] = []
        if script.unscriptedCalls > 0 {
            let text =
                "The model was called \(Leftover.count(script.unscriptedCalls, "time")) more than its script tells. "
                + "Script the answer, or find out who calls"
            found.append(Leftover(.modelCall, text + Leftover.advice(".modelCall")))
        }
        if script.unusedScripts > 0 {
            let text =
                "\(Leftover.count(script.unusedScripts, "answer")) of the model's script were not asked for. Make the "
                + "calls, or take them out"
            found.append(Leftover(.unusedScript, text + Leftover.advice(".unusedScript")))
        }
        return found
    }
}

/// Runs a test on an edge service of its own, and fails it when something is left at its end.
///
/// - Parameters:
///   - answers: What the model says, one element for each time it is asked; nil for the offline model.
///   - configuration: How the service is set up.
///   - tenants: The tenants; by default the two examples.
///   - patience: How long something that is left may take to end, in real time.
///   - body: The test.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws; `LeftoverError` when something is left.
public func withGatewayTest<Result: Sendable>(
    answers: [[String]]? = nil,
    configuration: EdgeConfiguration = EdgeConfiguration(),
    tenants: TenantDirectory = .builtIn,
    patience: Duration = .seconds(5),
    test body: (GatewayTest) async throws -> Result
) async throws -> Result {
    let test =
        if let answers {
            try GatewayTest(answers: answers, configuration: configuration, tenants: tenants)
        } else {
            try GatewayTest(configuration: configuration, tenants: tenants)
        }
    let result = try await body(test)
    try await test.finish(patience: patience)
    return result
}
