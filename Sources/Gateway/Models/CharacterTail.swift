/// Holds back the end of a piece of text while what follows may still belong to its last character.
///
/// A provider cuts its answer between tokens, and a token may end in the middle of what a reader sees as one character:
/// a family emoji, a flag, a letter with marks. Whether a character is complete shows only in what comes after it.
/// Holding every last character would delay the whole answer, so only those are held that are commonly continued. A
/// mark that follows a plain letter in the next piece is therefore handed on by itself, which is valid text still.
///
/// Invariant: the pieces handed on, joined, are exactly the pieces taken, joined.
package struct CharacterTail: Sendable {
    /// The longest text held back, in bytes; a character beyond it is handed on in parts.
    package static let longestHeldBytes = 256

    private var held = ""

    /// Creates an empty tail.
    package init() {}

    /// Takes a piece.
    ///
    /// - Returns: What is certain to end at a character's end, perhaps nothing.
    package mutating func take(_ piece: String) -> String {
        held += piece
        guard let last = held.last, Self.mayContinue(last), last.utf8.count <= Self.longestHeldBytes else {
            return flush()
        }
        let complete = String(held.dropLast())
        held = String(last)
        return complete
    }

    /// Gives up what is held, at the end of the answer.
    package mutating func flush() -> String {
        defer { held = "" }
        return held
    }

    private static func mayContinue(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.last else { return false }
        if scalar.isASCII { return scalar == "\r" }
        let properties = scalar.properties
        return properties.isEmojiPresentation || properties.isEmojiModifier || properties.isEmoji
            || properties.isGraphemeExtend || properties.isJoinControl
            || scalar.value == 0x200D || isRegionalIndicator(scalar) || isJamo(scalar)
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    /// Whether this is a part of a Hangul syllable that is written as separate letters.
    private static func isJamo(_ scalar: Unicode.Scalar) -> Bool {
        (0x1100...0x11FF).contains(scalar.value) || (0xA960...0xA97F).contains(scalar.value)
            || (0xD7B0...0xD7FF).contains(scalar.value)
    }
}
