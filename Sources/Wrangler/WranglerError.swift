/// Why a configuration could not be used: everything that was found in it.
public struct WranglerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that was found, errors and others, in the order of discovery.
    public let findings: [WranglerFinding]

    /// The findings, one after the other.
    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
