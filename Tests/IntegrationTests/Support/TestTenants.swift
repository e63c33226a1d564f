/// Tenants whose limits do not refuse anything that these tests do.
enum TestTenants {
    static let limit = 10_000

    /// Counts exactly, in windows of a day.
    static let window = "window"
    /// Counts with a bucket that practically never refills.
    static let bucket = "bucket"

    /// Writes the files and returns their folder.
    static func write(to directory: TemporaryDirectory) throws -> String {
        let rules = [
            window: """
            "slidingWindow":{"limit":\(limit),"windowSeconds":86400,"burst":\(limit),"burstWindowSeconds":86400}
            """,
            bucket: """
            "tokenBucket":{"capacity":\(limit),"refillPerSecond":0.000001}
            """,
        ]
        for (id, rule) in rules {
            // Every client is limited by its own name, so that none of them competes for one bucket.
            let text = "{\"tenantId\":\"\(id)\",\"trustUserHeader\":true,\"rateLimit\":{\(rule)}}"
            _ = try directory.write(text, to: "tenants/\(id).json")
        }
        return directory.path("tenants")
    }
}
