// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "chat-room",
    dependencies: [
        .package(name: "roost", path: "../..")
    ],
    targets: [
        .target(
            name: "ChatRoom",
            dependencies: [.product(name: "RoostRuntime", package: "roost")]
        ),
        .executableTarget(
            name: "ChatRoomServer",
            dependencies: [
                "ChatRoom",
                .product(name: "RoostGateway", package: "roost"),
                .product(name: "RoostRuntime", package: "roost"),
            ]
        ),
        .testTarget(
            name: "ChatRoomTests",
            dependencies: [
                "ChatRoom",
                .product(name: "RoostRuntime", package: "roost"),
                .product(name: "RoostTesting", package: "roost"),
            ]
        ),
    ]
)
