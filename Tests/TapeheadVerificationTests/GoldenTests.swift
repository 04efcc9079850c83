import Foundation
import TapeheadEngine
import TapeheadVerification
import Testing

/// Recordings of other implementations that are kept beside the project, not within it.
enum Golden {
  /// shared/golden beside the package.
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/golden").path

  static let isHere = FileManager.default.fileExists(atPath: folder)

  /// From zero, usages are equal in float32, and so slots of the recording cannot be told apart.
  private static let slotsThatChangePlaces =
    [
      "memory", "read_weights", "write_weights", "link", "precedence", "usage",
      "allocation_weights", "write_content_weights", "read_content_weights", "forward_weights",
      "backward_weights",
    ].map { "step.\($0)" }
    + ["grad", "grad_full"].flatMap { prefix in
      ["link", "memory", "precedence", "read_weights", "usage", "write_weights"].map {
        "\(prefix).state0.\($0)"
      }
    }

  /// What each recording leaves unchecked.
  static let leftOut = [
    "dnc_b1_components": [], "dnc_b1_r1_oneplus": [], "dnc_b1_r1_softplus": [],
    "dnc_b4_components": [], "dnc_b4_r4_oneplus": [], "dnc_b4_r4_softplus": [],
    "dnc_b5_zero_start_f64_only": slotsThatChangePlaces, "dnc_b6_paper_equations_r2": [],
    "lstm_d_3layers": [], "ntm_a1_tiny": [], "ntm_a1b_tiny_sharp": [], "ntm_a2_paper_size": [],
    "ntm_a3_two_pairs": [], "ntm_a4_rmsprop_tiny": [], "ntm_c_collier_3_and_5_taps": [],
    "ntm_c_pieces_3tap": ["content.zero_rows.grad.memory", "content.tiny_memory.grad.memory"],
    "rmsprop_synthetic": [],
  ]
}

@Suite(.enabled(if: Golden.isHere, "the recordings stand in shared/golden beside the package"))
struct GoldenTests {
  @Test(arguments: Golden.leftOut.keys.sorted(), InstructionSet.supported)
  func agrees(_ name: String, _ instructionSet: InstructionSet) throws {
    let report = try Verifier.verify(
      "\(Golden.folder)/\(name).json", instructionSet: instructionSet)
    let failed = report.quantities.filter { $0.verdict == .failed }
    #expect(failed == [])
    let leftOut = report.quantities.filter { $0.deviation == nil }.map(\.name)
    #expect(leftOut == Golden.leftOut[name])
    #expect(report.passed > 0)
  }
}
