import TapeheadCells
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

/// Configurations that were written before a setting was there.
@Suite struct EarlierRunTests {
  @Test func conventionsThatCameLaterAreNought() throws {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    guard case .ntm(var ntm) = configuration.model else { return }
    (ntm.conventions.outputClip, ntm.conventions.eraseBias, ntm.conventions.shiftBias) = (1, 2, 3)
    ntm.conventions.weightingGradientLimit = 4
    configuration.model = .ntm(ntm)
    let lines = try Settings(defaults: configuration).text.split(separator: "\n")
    let kept = lines.filter { line in
      !["outputClip", "eraseBias", "shiftBias", "weightingGradientLimit"].contains {
        line.contains("\"\($0)\"")
      }
    }
    #expect(kept.count == lines.count - 4)
    let folder = try TemporaryFolder()
    let file = folder.file("config.json")
    // What was the last setting of its object has no comma behind it.
    let text = kept.joined(separator: "\n").replacing(",\n    }", with: "\n    }")
    try AtomicFile.write(Array(text.utf8), to: file)
    let read = try Settings<RunConfiguration>(reading: file).configuration
    (ntm.conventions.outputClip, ntm.conventions.eraseBias, ntm.conventions.shiftBias) = (0, 0, 0)
    ntm.conventions.weightingGradientLimit = 0
    #expect(read.model == .ntm(ntm))
  }

  @Test func biasesHaveLimits() throws {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    guard case .ntm(var ntm) = configuration.model else { return }
    ntm.conventions.shiftBias = .infinity
    configuration.model = .ntm(ntm)
    let error = #expect(throws: SettingError.self) { try configuration.validate() }
    #expect(error?.setting == "model.conventions.shiftBias")
  }
}
