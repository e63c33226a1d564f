import Testing

@testable import RoostGateway
@testable import RoostRuntime

/// What a client is told when the runtime fails.
struct EdgeErrorMappingTests {
    @Test(arguments: [
        (RoostError.Code.objectReset, EdgeErrorCode.overloaded, true), (.instanceGone, .overloaded, true),
        (.storeFailed, .notReady, false), (.shuttingDown, .notReady, false), (.deadlock, .internalError, false),
        (.badCall, .internalError, false),
    ])
    func `an error of the runtime becomes one that says what to do`(
        code: RoostError.Code,
        expected: EdgeErrorCode,
        saysToLook: Bool
    ) {
        let error = EdgeError(mapping: RoostError(code, "a secret of the inside", retryable: true))
        #expect(error.code == expected)
        #expect(!error.message.contains("secret"))
        // What was asked for may have been done: nobody is told that it was not.
        #expect(error.message.contains("look at what is there") == saysToLook)
        let full = EdgeError(mapping: RoostError(code, "full", overloaded: true))
        #expect(full.code == .overloaded)
        #expect(full.message.hasPrefix("Too many requests"))
    }
}
