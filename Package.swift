// swift-tools-version: 6.2
import PackageDescription

// Every target of ours is held to the same rules. Dependencies are not: SwiftPM builds them as they are.
let everywhere: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]

// The two modules that hold pointers into the memory map, or that everything else trusts.
let core = everywhere + [.strictMemorySafety()]

let package = Package(
    name: "roost",
    products: [
        .library(name: "RoostRuntime", targets: ["RoostRuntime"]),
        .library(name: "RoostTesting", targets: ["RoostTesting"]),
        .library(name: "RoostWrangler", targets: ["RoostWrangler"]),
        .library(name: "RoostGateway", targets: ["RoostGateway"]),
        .library(name: "RoostGatewayTesting", targets: ["RoostGatewayTesting"]),
        .executable(name: "roost", targets: ["roost"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git",
            from: "2.28.1",
            traits: ["ConfigurationSupport"]
        ),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CChecksum", cSettings: [.unsafeFlags(["-O2"])]),

        .target(
            name: "RoostStorage",
            dependencies: [
                "CLMDB", "CSQLite", "CChecksum",
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            path: "Sources/Storage",
            swiftSettings: core
        ),
        .target(
            name: "RoostRuntime",
            dependencies: [
                "RoostStorage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Sources/Runtime",
            swiftSettings: core
        ),
        .target(
            name: "RoostObjects",
            dependencies: ["RoostRuntime"],
            path: "Sources/Objects",
            // A link to the folder of the same name at the top.
            resources: [.embedInCode("migrations")],
            swiftSettings: everywhere
        ),
        .target(
            name: "RoostWrangler",
            dependencies: ["RoostRuntime"],
            path: "Sources/Wrangler",
            swiftSettings: everywhere
        ),
        .target(
            name: "RoostGateway",
            dependencies: [
                "RoostObjects", "RoostRuntime",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Gateway",
            swiftSettings: everywhere
        ),
        .target(
            name: "RoostTesting",
            dependencies: [
                "RoostRuntime", "RoostStorage",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Sources/Testing",
            exclude: ["Gateway", "Scenarios"],
            swiftSettings: everywhere
        ),
        .target(
            name: "RoostScenarios",
            dependencies: ["RoostObjects", "RoostRuntime", "RoostStorage", "RoostTesting"],
            path: "Sources/Testing/Scenarios",
            swiftSettings: everywhere
        ),
        .target(
            name: "RoostGatewayTesting",
            dependencies: [
                "RoostGateway", "RoostRuntime", "RoostTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources/Testing/Gateway",
            swiftSettings: everywhere
        ),
        .executableTarget(
            name: "roost",
            dependencies: [
                "RoostGateway", "RoostObjects", "RoostRuntime", "RoostScenarios", "RoostStorage", "RoostTesting",
                "RoostWrangler", "CLMDB", "CSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/CLI",
            swiftSettings: everywhere,
            // The memory of a batch is taken by one thread and given back by the writer's, all the time: the system's
            // allocator has them wait for each other. Not in debug builds, where a sanitizer may bring its own.
            linkerSettings: [.linkedLibrary("jemalloc", .when(platforms: [.linux], configuration: .release))]
        ),

        // What several test targets need.
        .target(
            name: "StoreTestSupport",
            dependencies: ["RoostStorage", "CSQLite"],
            path: "Tests/Support/StoreTestSupport",
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["RoostStorage", "CChecksum", "CSQLite", "StoreTestSupport"],
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "RuntimeTests",
            dependencies: [
                "RoostRuntime", "RoostStorage", "RoostTesting", "StoreTestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "ObjectsTests",
            dependencies: ["RoostObjects", "RoostRuntime", "RoostStorage", "RoostTesting", "RoostWrangler"],
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "RoostGateway", "RoostGatewayTesting", "RoostObjects", "RoostRuntime", "RoostStorage", "RoostTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "WranglerTests",
            dependencies: ["RoostRuntime", "RoostStorage", "RoostWrangler"],
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "TestingTests",
            dependencies: ["RoostRuntime", "RoostTesting"],
            swiftSettings: everywhere
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["RoostRuntime", "RoostScenarios", "RoostStorage", "RoostTesting"],
            swiftSettings: everywhere
        ),
        // Starts the real binary, so it is built with it; the binary lies beside the test bundle.
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "roost", "RoostRuntime", "RoostStorage",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: everywhere
        ),
        .testTarget(name: "TidyTests", swiftSettings: everywhere),
    ]
)

// Every folder of Examples is a package of its own. Its sources are built and tested with Roost's own as well, because
// by itself it would have to build everything that Roost needs once more (`make examples` does).
let examples = [
    ("chat-room", "ChatRoom"), ("counter", "CounterExample"), ("lost-update", "LostUpdate"),
    ("ticket-queue", "TicketQueue"),
]
for (folder, name) in examples {
    let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)]
    package.targets += [
        .target(
            name: name,
            dependencies: ["RoostRuntime"],
            path: "Examples/\(folder)/Sources/\(name)",
            swiftSettings: settings
        ),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.target(name: name), "RoostRuntime", "RoostTesting"],
            path: "Examples/\(folder)/Tests/\(name)Tests",
            swiftSettings: settings
        ),
    ]
}
package.targets.append(
    .executableTarget(
        name: "ChatRoomServer",
        dependencies: ["ChatRoom", "RoostGateway", "RoostRuntime"],
        path: "Examples/chat-room/Sources/ChatRoomServer",
        swiftSettings: [.treatAllWarnings(as: .error)]
    )
)

// The sanitizers look at the core alone; with the rest they would take ten times as long to build (`make sanitize`).
if Context.environment["ROOST_CORE_ONLY"] != nil {
    let parts: Set = [
        "CLMDB", "CSQLite", "CChecksum", "RoostStorage", "RoostRuntime", "RoostTesting", "StoreTestSupport",
        "StorageTests", "RuntimeTests",
    ]
    package.targets.removeAll { !parts.contains($0.name) }
    package.products = []
}
