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
  targets: [
    .target(
      name: "TapeheadKernels",
      cSettings: [.enableWarning("all"), .treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "TapeheadEngine", dependencies: ["TapeheadKernels"], swiftSettings: strict),
    .testTarget(
      name: "TapeheadKernelsTests", dependencies: ["TapeheadKernels"], swiftSettings: strict),
  ],
  cLanguageStandard: .c17
)
