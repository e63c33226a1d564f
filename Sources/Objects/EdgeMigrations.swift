import RoostRuntime

/// The schema migrations of the edge service's classes: the files of `migrations`, compiled in.
///
/// A file that was published never changes; what comes next is another file, and another line here.
enum EdgeMigrations {
    static let chatSession = [
        migration("0001_session.sql", PackageResources._001_session_sql)
    ]

    private static func migration(_ file: String, _ bytes: [UInt8]) -> SchemaMigration {
        SchemaMigration(file: file, sql: String(decoding: bytes, as: UTF8.self))
    }
}
