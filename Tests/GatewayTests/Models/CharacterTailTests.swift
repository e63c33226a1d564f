import RoostGateway
import Testing

struct CharacterTailTests {
    private static func pieces(_ pieces: [String]) -> [String] {
        var tail = CharacterTail()
        return (pieces.map { tail.take($0) } + [tail.flush()]).filter { !$0.isEmpty }
    }

    @Test func `plain text is not held back`() {
        #expect(Self.pieces(["Hello", ", wor", "ld"]) == ["Hello", ", wor", "ld"])
        #expect(Self.pieces(["日", "本", "語"]) == ["日", "本", "語"])
    }

    @Test(arguments: ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "❤️", "ᄒ\u{1161}\u{11AB}", "\r\n"])
    func `a character cut anywhere stays whole`(character: String) {
        let scalars = Array(character.unicodeScalars)
        for cut in scalars.indices.dropFirst() {
            let head = String(String.UnicodeScalarView(scalars[..<cut]))
            let rest = String(String.UnicodeScalarView(scalars[cut...]))
            let pieces = Self.pieces(["a", head, rest, "b"])
            #expect(pieces.joined() == "a" + character + "b")
            #expect(pieces.contains { $0.contains(character) }, "cut at \(cut)")
        }
    }

    @Test func `a mark after a plain letter is handed on late, and nothing is lost`() {
        #expect(Self.pieces(["e", "\u{301}", "\u{302}", "x"]) == ["e", "\u{301}\u{302}x"])
    }

    @Test func `nothing is lost at the end`() {
        #expect(Self.pieces(["Hi 👩", "\u{200D}"]).joined() == "Hi 👩\u{200D}")
    }

    @Test func `a character without end is not held without end`() {
        var tail = CharacterTail()
        var given = 0
        for _ in 0..<1000 { given += tail.take("\u{301}").utf8.count }
        #expect(given > 0)
        #expect(2000 - given <= CharacterTail.longestHeldBytes)
        #expect(given + tail.flush().utf8.count == 2000)
    }
}
