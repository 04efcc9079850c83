import Foundation
import TapeheadEngine
import Testing

/// The choice of instructions by `TAPEHEAD_ISA`, each in a process of its own.
@Suite struct InstructionSetTests {
  @Test func portableIsAlwaysThere() {
    #expect(InstructionSet.supported.first == .portable)
    #expect(InstructionSet.fastest == InstructionSet.supported.last)
  }

  @Test func nothingSaidMeansTheFastest() async {
    await #expect(processExitsWith: .success) {
      unsetenv("TAPEHEAD_ISA")
      let unset = try InstructionSet.selected()
      precondition(unset == .fastest)
      setenv("TAPEHEAD_ISA", "", 1)
      let empty = try InstructionSet.selected()
      precondition(empty == .fastest)
    }
  }

  @Test func nameIsFollowed() async {
    await #expect(processExitsWith: .success) {
      for choice in InstructionSet.supported {
        setenv("TAPEHEAD_ISA", choice.rawValue, 1)
        let selected = try InstructionSet.selected()
        precondition(selected == choice)
      }
    }
  }

  @Test func unknownNameIsAnError() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      setenv("TAPEHEAD_ISA", "sse9", 1)
      do {
        _ = try InstructionSet.selected()
      } catch {
        FileHandle.standardError.write(Data("\(error)".utf8))
      }
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    let choices = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
    #expect(
      said.hasSuffix(
        "TAPEHEAD_ISA=sse9: no such instruction set; "
          + "choose one of \(choices), or leave the variable out"), "\(said)")
  }

  @Test func missingInstructionsAreAnError() {
    let said = InstructionSetError(name: "avx512").description
    #expect(said.hasPrefix("TAPEHEAD_ISA=avx512: this processor lacks these instructions; choose"))
  }
}
