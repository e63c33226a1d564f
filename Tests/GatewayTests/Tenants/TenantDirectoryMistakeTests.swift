import RoostGateway
import Testing

struct TenantDirectoryMistakeTests {
    @Test func `all mistakes of all files are reported at once`() async {
        let found = await mistakes(in: [
            "a.json": #"{"tenantId": "A!", "contextMessages": 0, "apiKeys": [7, {"id": "x"}], "systemPrompt": []}"#,
            "b.json": #"{"rateLimit": {"slidingWindow": {"limit": 1.5}}, "cors": {"allowedOrigins": ["*"]}}"#,
            "c.json": "{oops",
        ])
        #expect(
            Set(found) == [
                "a.json: tenantId: must be 1 to 63 characters of a-z 0-9 -",
                "a.json: apiKeys[0]: must be an object, but is a number",
                "a.json: apiKeys[1].key: is required",
                "a.json: contextMessages: must be from 1 to 1000",
                "a.json: systemPrompt: must be a string, but is an array",
                "b.json: tenantId: is required",
                "b.json: cors.allowedOrigins: must be an exact origin; * is not supported",
                "b.json: rateLimit.slidingWindow.limit: must be a whole number, but is a fraction or too large",
                "c.json: is not valid JSON",
            ]
        )
    }

    private static func field(_ json: String) async -> [String] {
        await mistakes(in: ["a.json": #"{"tenantId": "a", "# + json + "}"]).map { String($0.dropFirst(8)) }
    }

    @Test(arguments: [
        (#""rateLimit": {"slidingWindow": {}, "tokenBucket": {"capacity": 1, "refillPerSecond": 1}}"#, "rateLimit"),
        (#""rateLimit": {"tokenBucket": {"capacity": 1}}"#, "rateLimit.tokenBucket.refillPerSecond"),
        (
            #""rateLimit": {"tokenBucket": {"capacity": 1, "refillPerSecond": 0}}"#,
            "rateLimit.tokenBucket.refillPerSecond"
        ),
        (#""rateLimit": {"tokenBucket": {"capacity": -1, "refillPerSecond": 1}}"#, "rateLimit.tokenBucket.capacity"),
        (#""rateLimit": {"slidingWindow": {"limit": 5, "burst": 6}}"#, "rateLimit.slidingWindow.burst"),
        (#""rateLimit": {"routes": {"chat": {}}}"#, "rateLimit.routes.chat"),
        (#""rateLimit": {"failOpen": 1}"#, "rateLimit.failOpen"),
        (#""tokenBudget": {"daily": 0}"#, "tokenBudget.daily"),
        (#""costBudgetMicros": 5"#, "costBudgetMicros"),
        (#""sessionRetentionDays": 1e30"#, "sessionRetentionDays"),
        (#""featureFlags": {"x": "yes"}"#, "featureFlags.x"),
        (#""allowedHosts": ["https://a.example"]"#, "allowedHosts"),
        (#""allowedHosts": ["*.example"]"#, "allowedHosts"),
        (#""allowedHosts": "a.example""#, "allowedHosts"),
        (#""aiModels": {"allowed": ["m", ""]}"#, "aiModels.allowed[1]"),
        (#""apiKeys": [{"id": "a:b", "key": "k"}]"#, "apiKeys[0].id"),
        (#""apiKeys": [{"key": "k", "role": "owner"}]"#, "apiKeys[0].role"),
        (#""apiKeys": ["sha256:123"]"#, "apiKeys[0]"),
        (#""apiKeys": ["same", "same"]"#, "apiKeys[1]"),
        (#""apiKeys": [{"id": "x", "key": "k1"}, {"id": "x", "key": "k2"}]"#, "apiKeys[1]"),
        (#""apiKeys": [""]"#, "apiKeys[0]"),
        (#""jwt": {"issuer": "i", "audience": "a"}"#, "jwt"),
        (#""jwt": {"issuer": "i", "secretEnv": "S"}"#, "jwt.audience"),
        (#""trustUserHeader": "yes""#, "trustUserHeader"),
    ])
    func `a mistake names its field`(json: String, field: String) async throws {
        let found = await Self.field(json)
        #expect(found.count == 1)
        #expect(try #require(found.first).hasPrefix(field + ": "))
    }

    @Test(arguments: [
        "app.example.com", "https://app.example.com/", "HTTPS://app.example.com", "https://App.example.com",
        "https://a b", "https://user@a.example", "https://a.example:99x", "null", "ftp://a.example",
    ])
    func `an origin that no browser sends is a mistake`(origin: String) async {
        #expect(await Self.field(#""cors": {"allowedOrigins": ["\#(origin)"]}"#).count == 1)
    }

    @Test func `no message quotes a key`() async {
        let found = await mistakes(
            in: [
                "a.json": #"{"tenantId": "a", "apiKeys": ["hush-hush", {"id": "hush hush", "key": "hush-hush"}]}"#,
                "b.json": #"{"tenantId": "b", "apiKeys": ["hush-hush"#,
            ],
            profile: .production
        )
        #expect(found.count > 3)
        #expect(!found.joined().contains("hush-hush"))
    }

    @Test func `ids, hosts and keys belong to one tenant`() async {
        let found = await mistakes(in: [
            "a.json": #"{"tenantId": "a", "allowedHosts": ["x.example"], "apiKeys": ["k"]}"#,
            "b.json": #"{"tenantId": "b", "allowedHosts": ["X.example"], "apiKeys": ["k"]}"#,
            "c.json": #"{"tenantId": "b"}"#,
        ])
        #expect(
            found == [
                "b.json: allowedHosts: must not contain x.example, which leads to the tenant a",
                "b.json: apiKeys[0]: must be a key of its own; another entry has the same",
                "c.json: tenantId: is also that of another tenant",
            ]
        )
    }

    @Test func `production wants digests instead of keys`() async {
        let file = ["a.json": #"{"tenantId": "a", "apiKeys": ["plain"]}"#]
        #expect(await mistakes(in: file).isEmpty)
        #expect(
            await mistakes(in: file, profile: .production) == [
                "a.json: apiKeys[0]: must be sha256:<64 hexadecimal digits> in the production profile"
            ]
        )
    }

    @Test func `a directory that cannot be read, is empty or is missing is a mistake`() async {
        let source = ConfigurationSource.fixture(files: [:])
        for (directory, profile) in [("none", EdgeProfile.development), ("empty", .development), (nil, .production)] {
            await #expect(throws: TenantConfigurationError.self) {
                try await TenantDirectory.load(directory: directory, profile: profile, source: source)
            }
        }
    }

    @Test func `a file beyond the limit is not parsed`() async {
        let text = #"{"tenantId": "a", "systemPrompt": ""# + String(repeating: "x", count: 1 << 20) + "\"}"
        #expect(await mistakes(in: ["a.json": text]) == ["a.json: is larger than 1048576 bytes"])
    }
}
