/// Why an issuer's keys could not be had; for logs, never for the answer to a request.
package enum KeySetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No answer came.
    case unreachable
    /// The answer took too long.
    case timedOut
    /// The answer was not 200.
    case status(UInt)
    /// The answer was larger than a key set may be.
    case tooLarge
    /// The answer was something else.
    case notAKeySet
    /// The set has more keys than are tried.
    case tooManyKeys
    /// No key of the set is for RS256 or ES256.
    case noUsableKey

    /// What went wrong.
    package var description: String {
        switch self {
        case .unreachable: "The address of the issuer's keys cannot be reached."
        case .timedOut: "The address of the issuer's keys did not answer in time."
        case .status(let code): "The address of the issuer's keys answered with status \(code)."
        case .tooLarge: "The issuer's key set is larger than \(RemoteKeySet.largestSet) bytes."
        case .notAKeySet: "The address of the issuer's keys did not answer with a key set, {\"keys\": […]}."
        case .tooManyKeys: "The issuer's key set has more than \(KeySet.mostKeys) keys."
        case .noUsableKey: "The issuer's key set has no key for RS256 or ES256."
        }
    }
}
