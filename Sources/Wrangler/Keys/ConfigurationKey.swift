/// A key of the origin's configuration files, and what becomes of it here.
///
/// The table is complete: a key that is not in it is unknown to the origin as well. `wrangler-compat/README.md` shows
/// the same table to people; a test holds the two against each other.
struct ConfigurationKey: Sendable {
    /// What becomes of a key.
    enum Support: Sendable, Hashable {
        /// It does what it does at the origin.
        case supported
        /// It has no effect, and loses none by that.
        case ignored(String)
        /// It would have an effect at the origin and has none here.
        case unsupported(String)
        /// A file that has it cannot be used.
        case refused(String)
    }

    let name: String
    let support: Support
    /// Whether environments may have it too.
    let isForEnvironments: Bool

    private init(_ name: String, _ support: Support, isForEnvironments: Bool = true) {
        self.name = name
        self.support = support
        self.isForEnvironments = isForEnvironments
    }

    private static func top(_ name: String, _ support: Support) -> ConfigurationKey {
        ConfigurationKey(name, support, isForEnvironments: false)
    }

    private static func binding(_ name: String, _ what: String) -> ConfigurationKey {
        ConfigurationKey(name, .unsupported("there is no \(what) here, so the binding does not exist."))
    }

    private static let build: Support = .ignored("no JavaScript is built; the classes are compiled into the program.")
    private static let routing: Support = .ignored("requests are routed by the gateway's own configuration.")
    private static let account: Support = .ignored("nothing is deployed to an account.")
    private static let tools: Support = .ignored("it is for the origin's own tools.")

    static let all: [ConfigurationKey] = [
        ConfigurationKey("name", .supported),
        ConfigurationKey("durable_objects", .supported),
        ConfigurationKey("migrations", .supported),
        ConfigurationKey("exports", .supported),
        ConfigurationKey("vars", .supported),
        ConfigurationKey("kv_namespaces", .supported),
        ConfigurationKey("compatibility_date", .supported),
        ConfigurationKey("compatibility_flags", .supported),
        ConfigurationKey("limits", .supported),
        ConfigurationKey("observability", .supported),
        top("env", .supported),

        top("$schema", tools),
        top("send_metrics", tools),
        top("dependencies_instrumentation", tools),
        top("configPath", tools),
        top("userConfigPath", tools),
        top("topLevelName", tools),
        top("definedEnvironments", tools),
        top("targetEnvironment", tools),
        top("dev", .ignored("address and port are those of `roost serve`.")),
        top("keep_vars", account),
        ConfigurationKey("account_id", account),
        ConfigurationKey("compliance_region", account),
        ConfigurationKey("first_party_worker", account),
        ConfigurationKey("logpush", account),
        ConfigurationKey("placement", .ignored("there is one place.")),
        ConfigurationKey("workers_dev", routing),
        ConfigurationKey("preview_urls", routing),
        ConfigurationKey("previews", routing),
        ConfigurationKey("route", routing),
        ConfigurationKey("routes", routing),
        ConfigurationKey("main", build),
        ConfigurationKey("rules", build),
        ConfigurationKey("build", build),
        ConfigurationKey("no_bundle", build),
        ConfigurationKey("minify", build),
        ConfigurationKey("keep_names", build),
        ConfigurationKey("find_additional_modules", build),
        ConfigurationKey("preserve_file_names", build),
        ConfigurationKey("base_dir", build),
        ConfigurationKey("jsx_factory", build),
        ConfigurationKey("jsx_fragment", build),
        ConfigurationKey("tsconfig", build),
        ConfigurationKey("define", build),
        ConfigurationKey("upload_source_maps", build),
        ConfigurationKey("python_modules", build),
        top("alias", build),

        ConfigurationKey("triggers", .unsupported("nothing runs by a timetable; use an object's alarm.")),
        ConfigurationKey("assets", .unsupported("no files are served.")),
        top("site", .unsupported("no files are served.")),
        ConfigurationKey("secrets", .unsupported("nobody checks which secrets are there; put them into `.dev.vars`.")),
        ConfigurationKey("containers", .unsupported("no containers are run; objects find none.")),
        ConfigurationKey("cloudchamber", .unsupported("no containers are run.")),
        ConfigurationKey("tail_consumers", .unsupported("events are not sent to other workers.")),
        ConfigurationKey("streaming_tail_consumers", .unsupported("events are not sent to other workers.")),
        ConfigurationKey("logfwdr", .unsupported("logs are not forwarded.")),
        ConfigurationKey("access", .unsupported("use the gateway's own authentication.")),
        ConfigurationKey("cache", .unsupported("answers are not cached.")),
        ConfigurationKey("connect", .unsupported("there are no raw TCP handlers.")),
        top("addresses", .unsupported("e-mail is not received.")),
        top("wasm_modules", .unsupported("there is no WebAssembly.")),
        top("text_blobs", .unsupported("files are not bound.")),
        top("data_blobs", .unsupported("files are not bound.")),
        binding("workflows", "workflow engine"),
        binding("queues", "queue"),
        binding("r2_buckets", "R2 bucket"),
        binding("d1_databases", "D1 database"),
        binding("vectorize", "vector index"),
        binding("ai_search_namespaces", "AI search"),
        binding("ai_search", "AI search"),
        binding("websearch", "web search"),
        binding("agent_memory", "agent memory"),
        binding("hyperdrive", "Hyperdrive"),
        binding("services", "other worker"),
        binding("analytics_engine_datasets", "analytics dataset"),
        binding("dispatch_namespaces", "dispatch namespace"),
        binding("mtls_certificates", "client certificate"),
        binding("unsafe", "unsafe binding"),
        binding("unsafe_hello_world", "test binding"),
        binding("browser", "browser"),
        binding("ai", "Workers AI"),
        binding("images", "image service"),
        binding("stream", "video service"),
        binding("media", "media service"),
        binding("pipelines", "pipeline"),
        binding("secrets_store_secrets", "secrets store"),
        binding("artifacts", "artifact store"),
        binding("flagship", "feature flag service"),
        binding("worker_loaders", "worker loader"),
        binding("ratelimits", "rate limit binding; use a `RateLimiter` object"),
        binding("vpc_services", "private network"),
        binding("vpc_networks", "private network"),
        binding("send_email", "e-mail"),
        binding("version_metadata", "version"),

        top(
            "legacy_env",
            .refused("each environment is a worker of its own, named `<name>-<environment>`; remove the field.")
        ),
        top("pages_build_output_dir", .refused("this is a Pages project, not a worker with objects.")),
        ConfigurationKey("node_compat", .refused("the field was removed; use the `nodejs_compat` compatibility flag.")),
    ]

    /// The table by name.
    static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What is known inside supported keys and has no effect.
    static let ignoredParts: [(path: [String], reason: String)] = [
        (["kv_namespaces", "preview_id"], "there is one store, and no preview of it."),
        (["kv_namespaces", "remote"], "bindings are always local."),
        (["observability", "logs", "destinations"], "logs go where the server's own go."),
        (["observability", "logs", "persist"], "logs go where the server's own go."),
        (["observability", "logs", "head_sampling_rate"], "`observability.head_sampling_rate` counts for all."),
        (["observability", "traces", "destinations"], "traces go where the server's own go."),
        (["observability", "traces", "persist"], "traces go where the server's own go."),
        (["observability", "traces", "head_sampling_rate"], "`observability.head_sampling_rate` counts for all."),
    ]
}
