import RoostRuntime
import RoostStorage
import RoostWrangler
import Testing

/// What environments take from the top level, and what they do not.
struct InheritanceTests {
    private static func read(_ text: String, _ environment: String?) throws -> WranglerConfiguration {
        try WranglerConfiguration.read(text, fileName: "wrangler.jsonc", environment: environment)
    }

    private static let top = """
        "name": "app", "compatibility_date": "2025-01-01", "compatibility_flags": ["rpc"], "limits": { "cpu_ms": 10 },
        "observability": { "enabled": true, "head_sampling_rate": 0.5 }, "vars": { "A": 1 },
        "kv_namespaces": [{ "binding": "KV", "id": "1" }],
        "durable_objects": { "bindings": [{ "name": "B", "class_name": "C" }] },
        "migrations": [{ "tag": "v1", "new_sqlite_classes": ["C"] }],
        """

    // Origin: 9467 "should use top-level values for inheritable config fields".
    @Test func `inheritable fields come from the top level`() throws {
        let script = try Self.read("{ \(Self.top) \"env\": { \"e\": {} } }", "e").script
        #expect(script.name == "app-e")
        #expect(script.environment == "e")
        #expect(script.compatibility == CompatibilitySettings(date: "2025-01-01", flags: ["rpc"]))
        #expect(script.limits.cpuMilliseconds == 10)
        #expect(script.observability.headSamplingRate == 0.5)
        #expect(script.classes.map(\.key) == [ClassKey(script: "app-e", name: "C")])
    }

    // Origin: 9519 "should override top-level values for inheritable config fields".
    @Test func `an environment's own values replace the top level's as a whole`() throws {
        let own = """
            "name": "own", "compatibility_date": "2026-01-01", "compatibility_flags": [], "limits": {},
            "observability": { "enabled": false }, "migrations": [{ "tag": "e1", "new_classes": ["D"] }]
            """
        let script = try Self.read("{ \(Self.top) \"env\": { \"e\": { \(own) } } }", "e").script
        #expect(script.name == "own")
        #expect(script.compatibility == CompatibilitySettings(date: "2026-01-01", flags: []))
        #expect(script.limits == ScriptLimits())
        #expect(script.observability.headSamplingRate == 1)
        guard case .migrations(let migrations) = script.lifecycle else {
            Issue.record("The lifecycle should be migrations.")
            return
        }
        #expect(migrations.map(\.tag) == ["e1"])
        #expect(script.classes.map(\.storage) == [.keyValue])
    }

    @Test func `an empty list of migrations replaces the top level's too, null does not`() throws {
        let empty = try Self.read("{ \(Self.top) \"env\": { \"e\": { \"migrations\": [] } } }", "e").script
        #expect(empty.lifecycle == .undeclared)
        let null = try Self.read("{ \(Self.top) \"env\": { \"e\": { \"migrations\": null } } }", "e").script
        #expect(null.classes.map(\.key.name) == ["C"])
    }

    // Origin: 9598 "should warn for non-inherited fields that are missing in environments".
    @Test func `fields that are not inherited are warned of and empty`() throws {
        let read = try Self.read("{ \(Self.top) \"env\": { \"e\": {} } }", "e")
        #expect(read.script.bindings.isEmpty)
        #expect(read.script.variables.isEmpty)
        #expect(read.script.keyValueNamespaces.isEmpty)
        let warnings = read.findings.filter { $0.severity == .warning }
        #expect(warnings.allSatisfy { $0.headings == ["\"env.e\" environment configuration"] })
        #expect(
            warnings.map(\.message)
                == ["vars", "durable_objects", "kv_namespaces"].map { field in
                    "\"\(field)\" exists at the top level, but not on \"env.e\".\n"
                        + "This is not what you probably want, since \"\(field)\" is not inherited by environments.\n"
                        + "Please add \"\(field)\" to \"env.e\"."
                }
        )
    }

    // Facts 9.1: an environment has its own objects; to share, it names the script.
    @Test func `an environment's bindings are to its own objects, unless it says otherwise`() throws {
        let bindings = """
            { "bindings": [
              { "name": "OWN", "class_name": "C" }, { "name": "SHARED", "class_name": "C", "script_name": "app" },
              { "name": "OTHER", "class_name": "C", "script_name": "app", "environment": "x" }] }
            """
        let script = try Self.read("{ \(Self.top) \"env\": { \"e\": { \"durable_objects\": \(bindings) } } }", "e")
            .script
        #expect(script.bindings.map(\.script) == ["app-e", "app", "app-x"])
    }

    // Origin: only the environment that was asked for is checked.
    @Test func `mistakes in another environment do not matter`() throws {
        let text = "{ \(Self.top) \"env\": { \"e\": {}, \"f\": { \"vars\": 5 } } }"
        #expect(try Self.read(text, "e").environments == ["e", "f"])
        #expect(throws: WranglerError.self) { try Self.read(text, "f") }
    }
}
