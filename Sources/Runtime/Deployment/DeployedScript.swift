/// One script: a configuration file, read for one of its environments.
public struct DeployedScript: Sendable, Hashable, Codable {
    /// The name under which it is deployed: `chat`, or `chat-staging` in the environment `staging`.
    public var name: String

    /// The environment it was read for; nil at the top level.
    public var environment: String?

    /// The objects it can reach, under the names its code uses.
    public var bindings: [ObjectBinding]

    /// How its classes came to be, as its configuration tells it.
    public var lifecycle: ClassLifecycle

    /// Its classes once everything declared has been applied, by name.
    public var classes: [DeployedClass]

    /// Plain values its code is given, by name.
    public var variables: [String: JSONValue]

    /// The names among ``variables`` that must not be shown: those of `.dev.vars`.
    public var secretNames: [String]

    /// Key-value namespaces it is bound to.
    public var keyValueNamespaces: [KeyValueBinding]

    /// Which of the origin's behaviours it was written for.
    public var compatibility: CompatibilitySettings

    /// What one event of it may use.
    public var limits: ScriptLimits

    /// What it wants to be recorded of its events.
    public var observability: ObservabilitySettings

    /// Makes a script.
    public init(
        name: String,
        environment: String? = nil,
        bindings: [ObjectBinding] = [],
        lifecycle: ClassLifecycle = .undeclared,
        classes: [DeployedClass] = [],
        variables: [String: JSONValue] = [:],
        secretNames: [String] = [],
        keyValueNamespaces: [KeyValueBinding] = [],
        compatibility: CompatibilitySettings = CompatibilitySettings(),
        limits: ScriptLimits = ScriptLimits(),
        observability: ObservabilitySettings = ObservabilitySettings()
    ) {
        self.name = name
        self.environment = environment
        self.bindings = bindings
        self.lifecycle = lifecycle
        self.classes = classes
        self.variables = variables
        self.secretNames = secretNames
        self.keyValueNamespaces = keyValueNamespaces
        self.compatibility = compatibility
        self.limits = limits
        self.observability = observability
    }
}
