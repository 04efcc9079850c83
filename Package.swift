// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// The targets are stages, and a target imports only those above it: this list is the data flow.
let package = Package(
  name: "Tapehead",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(
      name: "Tapehead",
      targets: ["TapeheadEngine", "TapeheadCells", "TapeheadTasks", "TapeheadTraining"]),
    .library(name: "TapeheadFigures", targets: ["TapeheadFigures"]),
    .library(name: "TapeheadVerification", targets: ["TapeheadVerification"]),
    .executable(name: "tapehead", targets: ["TapeheadCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    .target(
      name: "TapeheadKernels",
      cSettings: [.enableWarning("all"), .treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "TapeheadEngine", dependencies: ["TapeheadKernels"], swiftSettings: strict),
    .target(name: "TapeheadCells", dependencies: ["TapeheadEngine"], swiftSettings: strict),
    .target(
      name: "TapeheadTasks",
      dependencies: ["TapeheadEngine", .product(name: "RealModule", package: "swift-numerics")],
      swiftSettings: strict),
    .target(
      name: "TapeheadTraining",
      dependencies: [
        "TapeheadKernels", "TapeheadEngine", "TapeheadCells", "TapeheadTasks",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Runs/TensorBoard/event.proto"], swiftSettings: strict),
    .target(
      name: "TapeheadVerification",
      dependencies: ["TapeheadEngine", "TapeheadCells", "TapeheadTraining"], swiftSettings: strict),
    .target(name: "TapeheadFigures", swiftSettings: strict),
    .target(
      name: "TapeheadReporting",
      dependencies: [
        "TapeheadEngine", "TapeheadCells", "TapeheadTasks", "TapeheadTraining", "TapeheadFigures",
      ],
      exclude: ["Resources/README.md"],
      resources: [.embedInCode("Resources/ntm-paper-learning-curves.csv")], swiftSettings: strict),
    .executableTarget(
      name: "TapeheadCommand",
      dependencies: [
        "TapeheadEngine", "TapeheadCells", "TapeheadTasks", "TapeheadTraining",
        "TapeheadVerification", "TapeheadFigures", "TapeheadReporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadKernelsTests", dependencies: ["TapeheadKernels"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["TapeheadEngine"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadEngineTests", dependencies: ["TapeheadEngine", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadCellsTests",
      dependencies: [
        "TapeheadEngine", "TapeheadCells", "TapeheadTasks", "TapeheadTraining", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadVerificationTests",
      dependencies: [
        "TapeheadEngine", "TapeheadCells", "TapeheadTraining", "TapeheadVerification",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadTasksTests", dependencies: ["TapeheadEngine", "TapeheadTasks"],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadTrainingTests", dependencies: ["TapeheadTraining", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadReportingTests",
      dependencies: [
        "TapeheadEngine", "TapeheadCells", "TapeheadTasks", "TapeheadTraining", "TapeheadFigures",
        "TapeheadReporting", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LearningTests",
      dependencies: ["TapeheadEngine", "TapeheadCells", "TapeheadTasks", "TapeheadTraining"],
      swiftSettings: strict),
    .testTarget(
      name: "TapeheadFiguresTests", dependencies: ["TapeheadFigures"], swiftSettings: strict),
  ],
  cLanguageStandard: .c17
)
