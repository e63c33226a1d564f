import Logging
import Testing

@testable import RoostGateway

struct EdgeConfigurationTests {
    private func load(
        _ arguments: EdgeArguments = EdgeArguments(),
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) throws(EdgeConfigurationError) -> EdgeConfiguration {
        let source = ConfigurationSource(
            environment: { environment[$0] },
            files: { _ in nil },
            contents: { files[$0].map { Array($0.utf8) } }
        )
        return try EdgeConfiguration.load(arguments, source: source)
    }

    private func problems(
        _ arguments: EdgeArguments = EdgeArguments(),
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) -> [String] {
        do throws(EdgeConfigurationError) {
            _ = try load(arguments, environment: environment, files: files)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `without anything it is development on the loopback address, offline`() throws {
        let configuration = try load()
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8787)
        #expect(configuration.profile == .development)
        #expect(configuration.provider == .offline)
        #expect(configuration.drainLimit == .seconds(30))
        #expect(configuration.heartbeat == .seconds(15))
    }

    @Test func `flags overrule the environment, which overrules the file`() throws {
        var arguments = EdgeArguments()
        arguments.configurationFile = "roost.json"
        arguments.port = 3
        let configuration = try load(
            arguments,
            environment: ["ROOST_PORT": "2", "ROOST_HOST": "::1"],
            files: ["roost.json": #"{"port": 1, "host": "0.0.0.0", "drainSeconds": 5}"#]
        )
        #expect(configuration.port == 3)
        #expect(configuration.host == "::1")
        #expect(configuration.drainLimit == .seconds(5))
    }

    @Test func `a file sets everything that can be set`() throws {
        let text = """
            {"profile": "production", "logLevel": "debug", "ephemeral": true, "dataDirectory": "d", "tenantsDirectory": "t",
             "trustedProxies": ["10.0.0.0/8"], "heartbeatSeconds": 7, "defaultModel": "m",
             "provider": {"kind": "openai", "baseURL": "http://127.0.0.1:1/v1", "apiKeyFile": "key"},
             "limits": {"bodyBytes": 2048, "waitingPerSession": 2},
             "prices": {"m": {"inputMicrosPerMillion": 1, "outputMicrosPerMillion": 2}}}
            """
        let configuration = try load(environment: ["ROOST_CONFIG": "c"], files: ["c": text, "key": "sk-1\n"])
        #expect(configuration.profile == .production)
        #expect(configuration.logLevel == .debug)
        #expect(configuration.isEphemeral)
        #expect(configuration.trustedProxies.count == 1)
        #expect(configuration.defaultModel == "m")
        #expect(configuration.providerKey?.reveal { $0 } == "sk-1")
        #expect(configuration.limits.bodyBytes == 2_048)
        #expect(configuration.prices["m"] == ModelPrice(inputMicrosPerMillion: 1, outputMicrosPerMillion: 2))
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `a key alone chooses the provider, and never shows`() throws {
        let configuration = try load(environment: ["OPENAI_API_KEY": "sk-hidden"])
        #expect(configuration.provider == .openai)
        #expect(configuration.defaultModel == "gpt-4o-mini")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("sk-hidden"))
        #expect(!"\(configuration)".contains("sk-hidden"))
    }

    @Test func `a provider without its key says which variable is missing`() {
        #expect(problems(environment: ["ROOST_PROVIDER": "openai"]) == ["OPENAI_API_KEY is required"])
    }

    @Test func `everything that is wrong is said at once`() {
        var arguments = EdgeArguments()
        arguments.port = 70_000
        arguments.profile = "staging"
        let found = problems(
            arguments,
            environment: [
                "ROOST_CONFIG": "c", "ROOST_DRAIN_SECONDS": "soon", "ROOST_TRUSTED_PROXIES": "10.0.0.0/8,x",
                "ROOST_LOG_LEVEL": "loud", "OPENAI_BASE_URL": "ftp://x", "OPENAI_API_KEY_FILE": "nowhere",
                "ROOST_EPHEMERAL": "maybe", "ROOST_PROVIDER": "oracle",
            ],
            files: [
                "c": #"{"port": "x", "provider": {"kind": "z", "apiKey": "sk-inline"}, "limits": {"bodyBytes": 1}}"#
            ]
        )
        for name in [
            "c: port", "c: provider.kind", "c: provider.apiKey", "c: limits.bodyBytes", "ROOST_DRAIN_SECONDS",
            "ROOST_TRUSTED_PROXIES", "ROOST_LOG_LEVEL", "OPENAI_BASE_URL", "OPENAI_API_KEY_FILE", "ROOST_EPHEMERAL",
            "ROOST_PROVIDER", "--port", "--profile",
        ] {
            #expect(found.contains { $0.hasPrefix(name + " ") }, "\(name) is missing in \(found)")
        }
        #expect(found.count == 13)
        #expect(!found.joined().contains("sk-inline"))
        #expect(EdgeConfigurationError.exitStatus == 78)
    }

    @Test func `a file that cannot be read, or is no JSON, is named`() {
        #expect(problems(environment: ["ROOST_CONFIG": "gone"]).first?.hasPrefix("gone ") == true)
        #expect(problems(environment: ["ROOST_CONFIG": "c"], files: ["c": "{"]) == ["c is not valid JSON"])
    }

    @Test func `an unknown field is a warning, not a mistake`() throws {
        let configuration = try load(environment: ["ROOST_CONFIG": "c"], files: ["c": #"{"prot": 1}"#])
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.contains("prot") == true)
    }
}
