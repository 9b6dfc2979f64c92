import HTTP

/// A content in chunks is the same however it comes, ends where it ends, and is what a plain decoder makes of it.
enum ChunkedInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    let whole = try Decoded([input[...]])
    var choices = Choices(input)
    for pieces in choices.cuttings(of: input) {
      try requireEqual(try Decoded(pieces), whole, "whole = cut as \(pieces.map(\.count))")
    }
    let room = 1 + choices.below(9)
    try requireEqual(try Decoded([input[...]], room: room), whole, "whole = taken \(room) bytes at a time")
    try checkEnd(input, whole)
    try checkReference(input, whole)
    try checkWritten(input, &choices)
    try checkWritten(whole.content, &choices)
  }

  private static func checkEnd(_ input: [UInt8], _ whole: Decoded) throws(Violation) {
    guard whole.isDone else {
      if whole.problem == nil { try requireEqual(whole.taken, input.count, "what is taken waits for more") }
      return
    }
    let message = input[..<whole.taken]
    try requireEqual(try Decoded([message]), whole, "the content alone is the same")
    try requireEqual(try Decoded([message.dropLast()]).isDone, false, "without its last byte it is not done")
    for tail in [[0], [10], Array("0\r\n\r\n".utf8), Array("GET / HTTP/1.1\r\n".utf8)] {
      try requireEqual(try Decoded([message + tail]), whole, "before \(quoted(tail)) it is the same")
    }
  }

  private static func checkReference(_ input: [UInt8], _ whole: Decoded) throws(Violation) {
    let reference = ReferenceChunks.read(input)
    if whole.isDone {
      try requireEqual(
        reference, .done(whole.content, taken: whole.taken), "a plain decoder finds the same content")
    } else if whole.problem == nil {
      try requireEqual(reference, .incomplete, "a plain decoder waits for more too")
    }
    // What is refused here and taken there: bad or long extensions and trailers, huge sizes.
  }

  /// Any content comes back when it is written in chunks.
  private static func checkWritten(_ content: [UInt8], _ choices: inout Choices) throws(Violation) {
    var written: [UInt8] = []
    for piece in choices.pieces(of: content, upTo: 1 + choices.below(content.count + 1)) {
      ResponseEncoder.appendChunk(Array(piece), to: &written)
    }
    written += ResponseEncoder.lastChunk
    let decoded = try Decoded([written[...]])
    try requireEqual(decoded.content, content, "a content that is written in chunks is read the same")
    try require(decoded.isDone && decoded.taken == written.count, "and ends where it was ended")
  }
}

/// What a decoder made of pieces.
struct Decoded: Hashable {
  var content: [UInt8] = []
  var taken = 0
  var isDone = false
  var problem: String?

  /// With a room, the content is taken away whenever it has so many bytes.
  init(_ pieces: [ArraySlice<UInt8>], room: Int = .max) throws(Violation) {
    var decoder = ChunkedDecoder()
    for piece in pieces {
      var rest = piece
      while !rest.isEmpty, !decoder.isDone, problem == nil {
        var output: [UInt8] = []
        do throws(BodyError) {
          let count = try decoder.decode(rest, into: &output, limit: room)
          if !(1...rest.count).contains(count) || output.count > room {
            throw .malformed("takes \(count) of \(rest.count) bytes, gives \(output.count) of \(room)")
          }
          rest = rest.dropFirst(count)
          taken += count
        } catch {
          if case .malformed(let reason) = error { problem = reason } else { problem = "\(error)" }
          taken = 0
        }
        content += output
      }
    }
    isDone = decoder.isDone
    if let problem, problem.hasPrefix("takes ") { throw Violation("every call gets on: \(problem)") }
  }
}

/// Decodes chunks of an input that is there as a whole; looks neither into extensions nor into trailers.
enum ReferenceChunks: Hashable {
  case done([UInt8], taken: Int)
  case incomplete
  case refused

  static func read(_ input: [UInt8]) -> ReferenceChunks {
    var content: [UInt8] = []
    var position = 0
    while true {
      guard let line = line(input, &position) else {
        return input[position...].contains(10) ? .refused : .incomplete
      }
      let digits = line.prefix { byte in !" \t;".utf8.contains(byte) }
      guard digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }),
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return .refused }
      if size == 0 { break }
      guard size <= input.count - position else { return .incomplete }
      content += input[position..<position + size]
      position += size
      let end = input[position...].prefix(2)
      guard end.elementsEqual([13, 10].prefix(end.count)) else { return .refused }
      guard end.count == 2 else { return .incomplete }
      position += 2
    }
    while let line = line(input, &position) {
      if line.isEmpty { return .done(content, taken: position) }
    }
    return .incomplete
  }

  /// The next line that is ended by CR LF.
  private static func line(_ input: [UInt8], _ position: inout Int) -> ArraySlice<UInt8>? {
    var end = position
    while end + 1 < input.count {
      if input[end] == 13, input[end + 1] == 10 {
        defer { position = end + 2 }
        return input[position..<end]
      }
      end += 1
    }
    return nil
  }
}
