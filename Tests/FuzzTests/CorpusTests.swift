import Foundation
import FuzzInvariants
import TestSupport
import Testing

/// What the fuzzer has found worth keeping (Tests/Fuzz/Corpus), held against the same laws.
@Suite("Fuzz corpus", .endsHangs)
struct CorpusTests {
  @Test("every input of the corpus keeps the laws of its target", arguments: FuzzTarget.allCases)
  func corpus(target: FuzzTarget) throws {
    let inputs = try Self.inputs(of: target)
    #expect(inputs.count >= 10, "a corpus that is lost is not replayed")
    for input in inputs { Self.expectLaws(target, input) }
  }

  @Test("so do inputs that are near to one of the corpus", arguments: FuzzTarget.allCases)
  func neighbours(target: FuzzTarget) throws {
    let inputs = try Self.inputs(of: target)
    var random = SeededGenerator(seed: 1)
    for input in inputs {
      for _ in 0..<30 { Self.expectLaws(target, Self.changed(input, inputs, &random)) }
    }
  }

  @Test("an input is written as one line of ASCII and read the same")
  func lines() {
    let bytes = (0...255).map { UInt8($0) }
    for input in [bytes, Array("# no comment ".utf8), Array(" a \\ b\r\n".utf8), [0xFF], [9]] {
      let line = Corpus.line(input)
      #expect(line.utf8.allSatisfy { (32...126).contains($0) })
      #expect(Corpus.inputs(in: "# a comment\n\n\(line)\n") == [input])
    }
    for wrong in ["\\", "\\q", "\\x1", "\\xg0"] { #expect(Corpus.inputs(in: wrong) == nil) }
  }

  private static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
    let path = "\(Project.root)/Tests/Fuzz/Corpus/\(target.rawValue).txt"
    return try #require(Corpus.inputs(in: try String(contentsOfFile: path, encoding: .utf8)), "\(path)")
  }

  private static func expectLaws(_ target: FuzzTarget, _ input: [UInt8]) {
    do throws(Violation) {
      try target.check(input)
    } catch {
      Issue.record("\(target.rawValue): \(error) for \(Corpus.line(input))")
    }
  }

  /// One to three changes as a fuzzer would make them.
  private static func changed(
    _ input: [UInt8], _ others: [[UInt8]], _ random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = input
    for _ in 0...Int.random(in: 0...2, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 0...8, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      default:
        let other = others.randomElement(using: &random) ?? []
        bytes = Array(bytes[..<place] + other.dropFirst(min(place, other.count)))
      }
    }
    return bytes
  }
}
