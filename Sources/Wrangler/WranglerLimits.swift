/// What a configuration may be at most; whatever is larger is refused with a sentence, before it costs anything.
public enum WranglerLimits {
    /// The bytes of one file.
    public static let fileBytes = 1 << 20

    /// How deep values may lie inside each other.
    ///
    /// The libraries underneath recurse; this keeps them far from the end of the stack.
    public static let depth = 48

    /// The values of one file.
    public static let values = 10_000

    /// The bytes of one number's text.
    public static let numberBytes = 128

    /// The findings kept of one reading; a person begins with the first ones anyway.
    public static let findings = 500

    /// The characters of a value that are shown in a message.
    public static let shownCharacters = 2_000
}
