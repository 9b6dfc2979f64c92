/// A part of the program that reads what strangers send, with the laws that it must keep for every input.
///
/// The fuzzer (`make fuzz`) looks for an input that breaks one; `swift test` holds the committed corpus against the
/// same laws, so that what was found once stays found without a fuzzer.
public enum FuzzTarget: String, CaseIterable, Sendable {
  case head
  case chunked
  case target
  case json
  case csv
  case cursor
  case isbn
  case key

  /// Holds an input against all laws of the target. Throws the first that it breaks.
  public func check(_ input: [UInt8]) throws(Violation) {
    switch self {
    case .head: try HeadInvariants.check(input)
    case .chunked: try ChunkedInvariants.check(input)
    case .target: try TargetInvariants.check(input)
    case .json: try JSONInvariants.check(input)
    case .csv: try CSVInvariants.check(input)
    case .cursor: try CursorInvariants.check(input)
    case .isbn: try ISBNInvariants.check(input)
    case .key: try KeyInvariants.check(input)
    }
  }
}

/// A law that does not hold for an input.
public struct Violation: Error, Hashable, CustomStringConvertible {
  /// The law, and what was there instead.
  public let description: String

  init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ law: @autoclosure () -> String) throws(Violation) {
  guard holds else { throw Violation(law()) }
}

func requireEqual<Value: Equatable>(
  _ value: Value, _ expected: Value, _ law: @autoclosure () -> String
) throws(Violation) {
  guard value == expected else { throw Violation("\(law()): \(value), not \(expected)") }
}
