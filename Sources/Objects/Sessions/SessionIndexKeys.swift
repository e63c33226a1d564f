/// The keys of a tenant's list of sessions.
///
/// Each session is entered by its id, and twice in order of time: among all, and among those of its user. A user's
/// name is written in hexadecimal, so that no name can reach into the keys of another.
enum SessionIndexKeys {
    static func session(_ id: String) -> String { "id:" + id }

    static func prefix(user: String?) -> String {
        guard let user else { return "all:" }
        return "user:" + hexadecimal(user) + ":"
    }

    static func ordered(_ summary: SessionSummary) -> [String] {
        let place = SessionCursor(summary).text
        let all = prefix(user: nil) + place
        return summary.userId.map { [all, prefix(user: $0) + place] } ?? [all]
    }

    private static func hexadecimal(_ text: String) -> String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var result = String.UnicodeScalarView()
        for byte in text.utf8 {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(result)
    }
}
