import RoostWrangler
import Testing

/// The origin's own checks of configurations, by their names there (`normalize-and-validate-config.test.ts`).
struct ValidationTests {
    /// What is found, without notes and without what is merely not supported.
    private static func findings(_ text: String, _ environment: String? = nil) -> [WranglerFinding] {
        let all: [WranglerFinding]
        do throws(WranglerError) {
            all = try WranglerConfiguration.read(text, fileName: "wrangler.json", environment: environment).findings
        } catch {
            all = error.findings
        }
        return all.filter { $0.severity != .note && !$0.message.contains("is not supported") }
    }

    private static func messages(_ text: String) -> [String] {
        findings(text).map { "\($0.severity): \($0.message)" }
    }

    // MARK: durable_objects

    @Test(arguments: [
        // "should error if durable_objects is an array", "… a string", "… a number", "… null"
        ("[]", "The field \"PATH\" should be an object but got []."),
        ("\"BAD\"", "The field \"PATH\" should be an object but got \"BAD\"."),
        ("999", "The field \"PATH\" should be an object but got 999."),
        ("null", "The field \"PATH\" should be an object but got null."),
        // "should error if durable_objects.bindings is not defined", "… an object", "… a string", "… a number", "…
        // null"
        ("{}", "The field \"PATH\" is missing the required \"bindings\" property."),
        ("{\"bindings\":{}}", "The field \"PATH.bindings\" should be an array but got {}."),
        ("{\"bindings\":\"BAD\"}", "The field \"PATH.bindings\" should be an array but got \"BAD\"."),
        ("{\"bindings\":999}", "The field \"PATH.bindings\" should be an array but got 999."),
        ("{\"bindings\":null}", "The field \"PATH.bindings\" should be an array but got null."),
    ])
    func `a durable_objects field of the wrong shape is refused, at the top and in an environment`(
        value: String,
        message: String
    ) {
        let top = Self.findings("{ \"durable_objects\": \(value) }")
        #expect(top.map(\.message) == [message.replacing("PATH", with: "durable_objects")])
        let inner = Self.findings("{ \"env\": { \"ENV1\": { \"durable_objects\": \(value) } } }", "ENV1")
        #expect(inner.map(\.message) == [message.replacing("PATH", with: "env.ENV1.durable_objects")])
        #expect(inner.map(\.headings) == [["\"env.ENV1\" environment configuration"]])
    }

    // MARK: migrations

    @Test func `should warn/error on unexpected fields on migrations`() {
        let text = """
            { "migrations": [{ "tag": "TAG", "unrecognized_field": "FOO", "new_classes": ["CLASS_1", "CLASS_2"],
              "renamed_classes": [{ "from": "FROM_CLASS", "to": "TO_CLASS" }, "CLASS_1"], "deleted_classes": ["CLASS_3"] }] }
            """
        #expect(
            Self.messages(text).prefix(2) == [
                "warning: Unexpected fields found in migrations field: \"unrecognized_field\"",
                "error: Expected \"migrations[0].renamed_classes\" to be an array of \"{from: string, to: string}\" objects but got "
                    + "[{\"from\":\"FROM_CLASS\",\"to\":\"TO_CLASS\"},\"CLASS_1\"].",
            ]
        )
    }

    @Test(arguments: [
        ("{}", "The optional \"migrations\" field should be an array, but got {}"),
        ("\"BAD\"", "The optional \"migrations\" field should be an array, but got \"BAD\""),
        ("[5]", "Expected \"migrations[0]\" to be of type object but got 5."),
        ("[{}]", "\"migrations[0].tag\" is a required field."),
        ("[{\"tag\":null}]", "Expected \"migrations[0].tag\" to be of type string but got null."),
        (
            "[{\"tag\":\"a\",\"deleted_classes\":{}}]",
            "Expected \"migrations[0].deleted_classes\" to be an array of strings but got {}"
        ),
        (
            "[{\"tag\":\"a\"},{\"tag\":\"b\",\"renamed_classes\":[null]}]",
            "Expected \"migrations[1].renamed_classes\" to be an array of \"{from: string, to: string}\" objects but got [null]."
        ),
    ])
    func `a migration of the wrong shape is refused`(value: String, message: String) {
        #expect(Self.findings("{ \"migrations\": \(value) }").map(\.message) == [message])
    }

    // MARK: exports

    @Test(arguments: [
        // "accepts a live durable-object entry with sqlite storage and no explicit state", "… of "created""
        #"{"A":{"type":"durable-object","storage":"sqlite"}}"#,
        #"{"A":{"type":"durable-object","state":"created","storage":"legacy-kv"}}"#,
        // "accepts all tombstone states and expecting-transfer alongside a live entry"
        #"""
        {"A":{"type":"durable-object","storage":"sqlite"},"B":{"type":"durable-object","state":"deleted"},
        "C":{"type":"durable-object","state":"renamed","renamed_to":"A"},
        "D":{"type":"durable-object","state":"transferred","transferred_to":"w"},
        "E":{"type":"durable-object","state":"expecting-transfer","storage":"sqlite","transfer_from":"w"}}
        """#,
        // "accepts worker entries with cache config", "accepts mixed Durable Object and worker entries"
        #"{"default":{"type":"worker","cache":{"enabled":true}},"A":{"type":"durable-object","storage":"sqlite"}}"#,
        "{}", "null",
    ])
    func `a good exports map is accepted without a word`(value: String) {
        #expect(Self.findings("{ \"exports\": \(value) }").isEmpty)
    }

    @Test func `worker-only exports may coexist with migrations`() {
        let migrations = "\"migrations\": [{ \"tag\": \"v1\", \"new_classes\": [\"A\"] }]"
        #expect(Self.findings("{ \(migrations), \"exports\": { \"default\": { \"type\": \"worker\" } } }").isEmpty)
        let both = "{ \(migrations), \"exports\": { \"A\": { \"type\": \"durable-object\", \"state\": \"deleted\" } } }"
        #expect(
            Self.findings(both).map(\.message) == [
                "`migrations` and `exports` are mutually exclusive. Choose one or the other to declare your Durable Object lifecycle, but not both."
            ]
        )
    }

    // "does not warn about missing migrations when exports covers the bound class", "warns and suggests an `exports`
    // entry when …", and deploy "does not warn if all the durable object bindings are to external classes".
    @Test(arguments: [
        (#"[{"name":"B","class_name":"A"}]"#, #""exports":{"A":{"type":"durable-object","storage":"sqlite"}}"#, false),
        (#"[{"name":"B","class_name":"A"}]"#, #""exports":{"A":{"type":"durable-object","state":"deleted"}}"#, true),
        (#"[{"name":"B","class_name":"A"}]"#, #""exports":{"X":{"type":"durable-object","storage":"sqlite"}}"#, true),
        (#"[{"name":"B","class_name":"A"}]"#, #""vars":{}"#, true),
        (#"[{"name":"B","class_name":"A"}]"#, #""migrations":[{"tag":"any"}]"#, false),
        (#"[{"name":"B","class_name":"A","script_name":"w"}]"#, #""vars":{}"#, false),
    ])
    func `a bound class without a lifecycle is warned of`(bindings: String, more: String, warns: Bool) {
        let found = Self.findings("{ \"durable_objects\": { \"bindings\": \(bindings) }, \(more) }")
        #expect(
            found.contains { $0.message.contains("exported by this Worker (A), but no live `exports` entry") } == warns
        )
        #expect(found.allSatisfy { $0.severity == .warning })
    }

    // Facts 9.2: the warning is skipped when a class_name is not a string.
    @Test func `where a class name is no text, nothing is guessed about the others`() {
        let bindings = #"[{"name":"B","class_name":5},{"name":"C","class_name":"A"}]"#
        let found = Self.findings("{ \"durable_objects\": { \"bindings\": \(bindings) } }")
        #expect(found.map(\.message) == ["binding should have a string \"class_name\" field."])
    }

    // MARK: containers

    private static let twoEnvironments = """
        "exports": { "A": { "type": "durable-object", "storage": "sqlite", "container": "c" } }
        """
    private static let dangling =
        "\"exports.A.container\" references a container named \"c\", but no container with that name is defined in \"containers\"."

    @Test func `dangling container references are looked for only where containers are declared`() {
        let declared = "\"containers\": [{ \"name\": \"c\", \"image\": \"i\" }]"
        // "does not report dangling `container` references in an environment that does not redeclare `containers`"
        #expect(Self.findings("{ \(Self.twoEnvironments), \(declared), \"env\": { \"e\": {} } }", "e").isEmpty)
        // "does not report … when only the named environments declare `containers`", "… when a named environment is
        // selected"
        let inner = "{ \(Self.twoEnvironments), \"env\": { \"e\": { \(declared) } } }"
        #expect(Self.findings(inner).isEmpty)
        #expect(Self.findings(inner, "e").isEmpty)
        // "still reports dangling `container` references when no environment declares `containers`"
        #expect(Self.findings("{ \(Self.twoEnvironments), \"env\": { \"e\": {} } }").map(\.message) == [Self.dangling])
    }

    // "does not check storage against `exports` when using `migrations`", "does not check class_name …"
    @Test func `containers are not held against migrations`() {
        let text = """
            { "migrations": [{ "tag": "v1", "new_classes": ["A"] }],
              "containers": [{ "name": "a", "class_name": "A", "image": "i" }, { "name": "b", "class_name": "B", "image": "i" }] }
            """
        #expect(Self.findings(text).isEmpty)
    }

    // "errors when two containers with no explicit name share a class_name"
    @Test func `containers without names are told apart by their classes`() {
        let text = """
            { "name": "w", "containers": [{ "class_name": "A", "image": "i" }, { "class_name": "A", "image": "i" }] }
            """
        #expect(
            Self.findings(text).map(\.message).contains(
                "More than one container is attached to the Durable Object \"A\". A Durable Object can only have one container attached to it."
            )
        )
    }

    // "errors when a class_name names a `legacy-kv` `expecting-transfer` export", "reports the storage requirement once
    // when the export also names the container", "reports the duplicate claim only once when the container also sets
    // `class_name`", "errors once when the over-subscribed class also names one of its containers"
    @Test(arguments: [
        (
            #""A": { "type": "durable-object", "state": "expecting-transfer", "storage": "legacy-kv", "transfer_from": "w" }"#,
            ["c"],
            "The container \"c\" sets \"class_name\" to \"A\", but \"exports.A.storage\" is \"legacy-kv\". Containers are not supported on Durable Objects using the \"legacy-kv\" storage backend."
        ),
        (
            #""A": { "type": "durable-object", "storage": "legacy-kv", "container": "c" }"#,
            ["c"],
            "\"exports.A.container\" requires \"storage\" to be \"sqlite\". Containers are not supported on Durable Objects using the \"legacy-kv\" storage backend."
        ),
        (
            #""A": { "type": "durable-object", "storage": "sqlite", "container": "c" }, "B": { "type": "durable-object", "storage": "sqlite", "container": "c" }"#,
            ["c"],
            "The container \"c\" is referenced by more than one Durable Object export (A, B). A container can only back a single Durable Object."
        ),
        (
            #""A": { "type": "durable-object", "storage": "sqlite", "container": "c" }"#,
            ["c", "d"],
            "More than one container is attached to the Durable Object \"A\". A Durable Object can only have one container attached to it."
        ),
    ])
    func `what is wrong between a class and its containers is told once`(
        exports: String,
        containers: [String],
        message: String
    ) {
        let list = containers.map { "{ \"name\": \"\($0)\", \"class_name\": \"A\", \"image\": \"i\" }" }
        let text = "{ \"exports\": { \(exports) }, \"containers\": [\(list.joined(separator: ", "))] }"
        #expect(Self.findings(text).map(\.message) == [message])
    }

    // MARK: names

    @Test func `names are unique across all kinds of bindings`() {
        let text = """
            { "kv_namespaces": [{ "binding": "DATA", "id": "1" }], "migrations": [{ "tag": "a" }],
              "durable_objects": { "bindings": [{ "name": "DATA", "class_name": "A" }, { "name": "OBJ", "class_name": "A" },
                { "name": "OBJ", "class_name": "B" }] } }
            """
        #expect(
            Self.messages(text) == [
                "error: DATA assigned to KV Namespace and Durable Object bindings.",
                "error: OBJ assigned to multiple Durable Object bindings.\nFix: Give each binding a name of its own.",
            ]
        )
    }
}
