/// Keeps out of the log what does not belong there, by the name of the field it stands in.
package enum Redaction {
    /// What stands in the log instead.
    package static let mask = "[redacted]"

    /// Names whose values are secrets or what people said, without the marks between their words.
    private static let names: Set<String> = [
        "authorization", "proxyauthorization", "cookie", "setcookie", "apikey", "xapikey", "key", "token",
        "accesstoken",
        "refreshtoken", "idtoken", "secret", "clientsecret", "currentclientsecret", "password", "passwd", "credential",
        "credentials", "privatekey", "dsn", "message", "messages", "content", "contents", "prompt", "prompts",
        "systemprompt",
        "text", "body", "answer", "phone", "phonenumber", "from", "email", "query",
    ]

    /// Endings that mark a name as a secret whatever stands before them: `openaiApiKey`, `webhook_secret`.
    private static let endings = ["apikey", "secret", "password", "token", "authorization"]

    /// Whether the value of a field must not be logged.
    package static func hides(_ name: String) -> Bool {
        let plain = String(decoding: name.lowercased().utf8.filter(isAlphanumeric), as: UTF8.self)
        return names.contains(plain) || endings.contains { plain.hasSuffix($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
