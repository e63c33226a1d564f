/// A credential that does not appear in anything printed, interpolated, dumped or encoded.
///
/// It is deliberately not `Encodable` and not `Equatable`: a secret is compared by digest, in constant time.
package struct SecretText: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Wraps a credential.
    package init(_ text: String) {
        self.text = text
    }

    /// Lends the credential to the one place that has to send or compute with it.
    package func reveal<Result>(_ body: (String) throws -> Result) rethrows -> Result {
        try body(text)
    }

    /// Whether nothing is there.
    package var isEmpty: Bool { text.isEmpty }

    /// A fixed text in place of the credential.
    package var description: String { "<redacted>" }

    /// A fixed text in place of the credential.
    package var debugDescription: String { "<redacted>" }

    /// A mirror without children, so that `dump` shows nothing either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
