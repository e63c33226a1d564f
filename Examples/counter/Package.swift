// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "counter",
    dependencies: [
        .package(name: "roost", path: "../..")
    ],
    targets: [
        .target(
            name: "CounterExample",
            dependencies: [.product(name: "RoostRuntime", package: "roost")]
        ),
        .testTarget(
            name: "CounterExampleTests",
            dependencies: [
                "CounterExample",
                .product(name: "RoostRuntime", package: "roost"),
                .product(name: "RoostTesting", package: "roost"),
            ]
        ),
    ]
)
