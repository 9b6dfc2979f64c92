import HTTP

/// A head is read the same however it comes and whatever stands behind it, and what is taken is what a reader
/// without any cleverness finds in it.
enum HeadInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    var small = HeadParser.Limits()
    small.head = 200
    small.target = 40
    for limits in [HeadParser.Limits(), small] { try check(input, limits) }
    let start = input.starts(with: [13, 10]) ? input.dropFirst(2) : input[...]
    try requireEqual(
      HeadParser.isHead(input), start.prefix(5).elementsEqual("HEAD ".utf8), "isHead tells HEAD")
  }

  private static func check(_ input: [UInt8], _ limits: HeadParser.Limits) throws(Violation) {
    let whole = Observed(input, limits)
    var choices = Choices(input)
    for pieces in choices.cuttings(of: input) {
      try requireEqual(Observed(pieces, limits), whole, "whole = cut as \(pieces.map(\.count))")
    }
    switch whole {
    case .incomplete:
      try require(input.count < limits.head + 2, "a head over the limit is refused before more is read")
    case .refused(let status, let reason):
      try require((400...599).contains(status), "a refusal has a status of an error")
      try require(reason.last == ".", "a refusal is explained")
      try checkTails(input[...], whole, limits)
    case .complete(let head, let consumed):
      try require(consumed <= input.count, "no more is consumed than there is")
      let message = input[..<consumed]
      try require(consumed <= limits.head + 2, "no head over the limit is taken")
      try requireEqual(Observed(Array(message), limits), whole, "the message alone is taken the same")
      try requireEqual(
        Observed(Array(message.dropLast()), limits), .incomplete, "without its last byte it is incomplete")
      try checkTails(message, whole, limits)
      try requireEqual(head, ReferenceHead.read(message), "a plain reader finds the same")
      try checkWritten(head, &choices, limits)
    }
  }

  /// What is behind a message changes nothing of it.
  private static func checkTails(
    _ message: ArraySlice<UInt8>, _ outcome: Observed, _ limits: HeadParser.Limits
  ) throws(Violation) {
    let next = Array("GET /next HTTP/1.1\r\nHost: b\r\n\r\n".utf8)
    for tail in [[0], [10], [13], next, [UInt8](repeating: 0x20, count: 300)] {
      try requireEqual(Observed(message + tail, limits), outcome, "before \(quoted(tail)) it is the same")
    }
  }

  /// What was taken is written out again, once plainly, once with everything that must not matter.
  private static func checkWritten(
    _ head: ObservedHead, _ choices: inout Choices, _ limits: HeadParser.Limits
  ) throws(Violation) {
    let plain = head.written { _ in ([], "") }
    try requireEqual(
      Observed(plain, limits), .complete(head, consumed: plain.count), "written and read again")
    var noise: [([Int], String)] = []
    for field in head.fields {
      noise.append((field.name.map { _ in choices.below(2) }, [" ", "\t", "  \t "][choices.below(3)]))
    }
    let noisy = Array("\r\n".utf8) + head.written { noise[$0] }
    guard noisy.count <= limits.head else { return }
    try requireEqual(
      Observed(noisy, limits), .complete(head, consumed: noisy.count),
      "an empty line, white space and the case of names do not matter")
  }
}

/// What came of parsing, as far as it can be seen.
enum Observed: Hashable {
  case incomplete
  case refused(Int, String)
  case complete(ObservedHead, consumed: Int)

  init(_ bytes: some Collection<UInt8>, _ limits: HeadParser.Limits) {
    var scanned = 0
    self.init(HeadParser.parse(Array(bytes), scanned: &scanned, limits: limits))
  }

  /// Of pieces that come one after the other, until something is decided.
  init(_ pieces: [ArraySlice<UInt8>], _ limits: HeadParser.Limits) {
    var buffer: [UInt8] = []
    var scanned = 0
    self = .incomplete
    for piece in pieces where self == .incomplete {
      buffer += piece
      self = Observed(HeadParser.parse(buffer, scanned: &scanned, limits: limits))
    }
  }

  private init(_ outcome: HeadParser.Outcome) {
    switch outcome {
    case .incomplete: self = .incomplete
    case .refused(let refusal): self = .refused(refusal.status.code, refusal.reason)
    case .complete(let head, let framing, let consumed):
      self = .complete(ObservedHead(head, framing), consumed: consumed)
    }
  }
}

/// Everything of a head that the program goes by.
struct ObservedHead: Hashable {
  struct Field: Hashable {
    /// In lower case.
    var name: [UInt8]
    var value: [UInt8]
  }

  var method: String
  var target: [UInt8]
  var path: [UInt8]
  var query: [UInt8]?
  var minorVersion: Int
  var fields: [Field]
  var framing: BodyFraming
  var keepsAlive: Bool
  var expectsContinue: Bool

  /// The head as bytes; the closure says, for each field, which letters of its name are in upper case and what
  /// white space stands around its value.
  func written(_ noise: (Int) -> (upper: [Int], space: String)) -> [UInt8] {
    var bytes = Array("\(method) ".utf8) + target + Array(" HTTP/1.\(minorVersion)\r\n".utf8)
    for (index, field) in fields.enumerated() {
      let (upper, space) = noise(index)
      for (position, byte) in field.name.enumerated() {
        let isLetter = (97...122).contains(byte)
        bytes.append(isLetter && position < upper.count && upper[position] == 1 ? byte - 32 : byte)
      }
      bytes += Array(":\(space)".utf8) + field.value + Array("\(space)\r\n".utf8)
    }
    return bytes + Array("\r\n".utf8)
  }
}

extension ObservedHead {
  init(_ head: RequestHead, _ framing: BodyFraming) {
    method = head.method.rawValue
    target = Array(head.target.utf8)
    path = Array(head.rawPath)
    query = head.rawQuery.map { Array($0) }
    minorVersion = head.minorVersion
    fields = head.lines.map { line in
      Field(name: line.name.map { (65...90).contains($0) ? $0 + 32 : $0 }, value: Array(line.value))
    }
    self.framing = framing
    keepsAlive = head.wantsKeepAlive
    expectsContinue = head.expectsContinue
  }
}
