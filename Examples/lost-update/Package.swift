// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "lost-update",
    dependencies: [
        .package(name: "roost", path: "../..")
    ],
    targets: [
        .target(
            name: "LostUpdate",
            dependencies: [.product(name: "RoostRuntime", package: "roost")]
        ),
        .testTarget(
            name: "LostUpdateTests",
            dependencies: [
                "LostUpdate",
                .product(name: "RoostRuntime", package: "roost"),
                .product(name: "RoostTesting", package: "roost"),
            ]
        ),
    ]
)
