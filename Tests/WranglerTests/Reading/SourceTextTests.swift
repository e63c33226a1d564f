import RoostRuntime
import Testing

@testable import RoostWrangler

/// Where a byte of a text stands.
struct SourceTextTests {
    @Test func `lines and columns count characters, on lines of any length`() {
        let line = String(repeating: "aé😀\t", count: 100)
        let text = "\u{FEFF}\(line)\r\n\n\(line)x"
        let source = SourceText(text, fileName: "f")
        var row = 1
        var column = 1
        var offset = 3
        for scalar in text.unicodeScalars.dropFirst() {
            let found = source.location(offset)
            #expect(found.line == row)
            #expect(found.column == column)
            offset += UTF8.encode(scalar)?.count ?? 0
            column += 1
            if scalar == "\n" { (row, column) = (row + 1, 1) }
        }
        #expect(row == 3)
    }

    @Test func `a place outside is the nearest inside`() {
        let source = SourceText("ab\ncd", fileName: "a:b.toml")
        #expect("\(source.location(-5))" == "a:b.toml:1:1")
        #expect("\(source.location(500))" == "a:b.toml:2:3")
        #expect("\(SourceText("", fileName: "f").location(0))" == "f:1:1")
    }

    @Test func `a place can be written down and read again`() throws {
        let place = DeploymentLocation(file: "C:/a:b.toml", line: 12, column: 3)
        #expect(try roundTrip([place]) == [place])
    }
}
