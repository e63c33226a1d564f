// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ticket-queue",
    dependencies: [
        .package(name: "roost", path: "../..")
    ],
    targets: [
        .target(
            name: "TicketQueue",
            dependencies: [.product(name: "RoostRuntime", package: "roost")]
        ),
        .testTarget(
            name: "TicketQueueTests",
            dependencies: [
                "TicketQueue",
                .product(name: "RoostRuntime", package: "roost"),
                .product(name: "RoostTesting", package: "roost"),
            ]
        ),
    ]
)
