import RoostRuntime
import Testing

@testable import RoostWrangler

/// The table of keys, in code and for people.
struct KeyTableTests {
    /// The rows of the tables in `wrangler-compat/README.md`: key, status, the whole row.
    private static let rows: [(key: String, status: String, row: String)] = {
        let text = CompatFolder.text(CompatFolder.root + "/README.md") ?? ""
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingSpaces }
            guard cells.count == 4, cells[0].hasPrefix("`") else { return nil }
            return (cells[0].filter { $0 != "`" }, cells[1], String(line))
        }
    }()

    @Test func `every key stands in the table for people, with its status and reason`() throws {
        for key in ConfigurationKey.all {
            let found = Self.rows.filter { $0.key == key.name }
            #expect(found.count == 1, "\(key.name)")
            let row = try #require(found.first)
            #expect(row.row.contains(key.isForEnvironments ? "| everywhere |" : "| top level |"), "\(key.name)")
            switch key.support {
            case .supported: #expect(row.status == "supported", "\(key.name)")
            case .ignored(let reason): #expect(row.status == "ignored" && row.row.contains(reason), "\(key.name)")
            case .unsupported(let reason):
                #expect(row.status == "unsupported" && row.row.contains(reason), "\(key.name)")
            case .refused(let reason): #expect(row.status == "refused" && row.row.contains(reason), "\(key.name)")
            }
        }
        for (path, reason) in ConfigurationKey.ignoredParts {
            let row = Self.rows.first { $0.key == path.joined(separator: ".") }
            #expect(row?.row.contains(reason) == true, "\(path)")
        }
    }

    @Test func `nothing else stands in it`() {
        let known = Set(
            ConfigurationKey.all.map(\.name) + ConfigurationKey.ignoredParts.map { $0.path.joined(separator: ".") }
        )
        for row in Self.rows { #expect(known.contains(row.key), "\(row.key)") }
        #expect(ConfigurationKey.byName.count == ConfigurationKey.all.count)
    }

    @Test func `every flag that matters stands in it`() {
        let text = CompatFolder.text(CompatFolder.root + "/README.md") ?? ""
        for behavior in CompatibilityBehavior.all {
            let row = "| `\(behavior.enableFlag)` | `\(behavior.disableFlag)` | \(behavior.defaultDate) |"
            #expect(text.contains(row))
        }
    }

    // Facts 12.7.
    @Test func `a behaviour is on from its date, or by its flag`() {
        let behavior = CompatibilityBehavior.deleteAllDeletesAlarm
        #expect(CompatibilitySettings(date: "2026-02-24").has(behavior))
        #expect(!CompatibilitySettings(date: "2026-02-23").has(behavior))
        #expect(CompatibilitySettings(date: "2020-01-01", flags: ["delete_all_deletes_alarm"]).has(behavior))
        #expect(!CompatibilitySettings(date: "2030-01-01", flags: ["delete_all_preserves_alarm"]).has(behavior))
        #expect(CompatibilitySettings().behaviors.count == 8)
        #expect(CompatibilitySettings(date: "2021-11-09").behaviors.isEmpty)
        let dates = CompatibilityBehavior.all.map(\.defaultDate)
        #expect(dates == dates.sorted())
    }

    @Test func `a key is reported once, however often it stands there`() throws {
        let text =
            #"{ "name": "a", "main": "x", "r2_buckets": [], "env": { "e": { "main": "y", "r2_buckets": [], "ai": {} } } }"#
        let read = try WranglerConfiguration.read(text, fileName: "wrangler.json", environment: "e")
        let keys = read.findings.map(\.message).filter { $0.contains("ignored") || $0.contains("supported") }
        #expect(keys.count == 3)
        #expect(keys.map { $0.prefix { $0 != " " } } == ["\"main\"", "\"r2_buckets\"", "\"ai\""])
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
