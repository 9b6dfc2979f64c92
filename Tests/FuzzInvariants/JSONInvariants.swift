import Foundation
import JSON

/// What is read is written and read the same, and Foundation, which shares no line with this parser, agrees.
enum JSONInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    switch parse(input) {
    case .success(let value): try checkTaken(value, input)
    case .failure(let error): try checkRefused(error, input)
    }
    try checkString(input)
  }

  private static func checkTaken(_ value: JSONValue, _ input: [UInt8]) throws(Violation) {
    let written = write(value)
    let again = parse(written)
    try requireEqual(again, .success(value), "what is written reads the same")
    // Strings compare by canonical equivalence, bytes do not.
    try requireEqual((try? again.get()).map(write), written, "what was written is written the same")
    try require(depth(of: value) <= 32, "nothing is nested deeper than 32")
    guard case .parsed(let object) = FoundationJSON.read(input) else {
      try require(FoundationJSON.mayRefuse(value), "what is taken here is JSON to Foundation")
      return
    }
    try require(FoundationJSON.isSame(object, value), "Foundation reads the same: \(object), not \(value)")
  }

  private static func checkRefused(_ error: JSONSyntaxError, _ input: [UInt8]) throws(Violation) {
    try require((0...input.count).contains(error.offset), "an error is in the text: \(error)")
    try require(error.detail.last == ".", "an error is explained: \(error)")
    try checkPointer(error.pointer, input)
    switch error.code {
    // I-JSON (RFC 7493) and this service are stricter than Foundation here.
    case "duplicate-name", "nul-character", "lone-surrogate", "noncharacter", "too-deep": return
    case "syntax", "not-utf8", "trailing-bytes", "empty":
      guard FoundationJSON.isComparable(input), !FoundationJSON.takes(error, input) else { return }
      if case .parsed(let object) = FoundationJSON.read(input) {
        throw Violation("what Foundation takes is taken: \(error.detail) \(object)")
      }
    default: throw Violation("the code of an error is known: \(error.code)")
    }
  }

  /// RFC 6901: every token begins with a slash, and none has another one or a tilde that is not escaped. There are no
  /// more tokens than containers that could be around the fault.
  private static func checkPointer(_ pointer: String, _ input: [UInt8]) throws(Violation) {
    let bytes = Array(pointer.utf8)
    try require(bytes.isEmpty || bytes[0] == UInt8(ascii: "/"), "a pointer begins with a slash: \(pointer)")
    let tokens = bytes.count { $0 == UInt8(ascii: "/") }
    let containers = input.count { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }
    try require(tokens <= min(32, containers), "a slash in a name is escaped: \(pointer)")
    for part in bytes.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false).dropFirst() {
      try require(part.first == 48 || part.first == 49, "a tilde in a name is escaped: \(pointer)")
    }
  }

  /// Any text that may be a string comes back from JSON.
  private static func checkString(_ input: [UInt8]) throws(Violation) {
    let text = String(decoding: input, as: UTF8.self)
    var writer = JSONWriter()
    writer.beginObject()
    writer.name(escaping: text)
    writer.string(text)
    writer.endObject()
    try require(writer.bytes.allSatisfy { $0 >= 32 }, "no control character is written")
    guard let value = try? JSONValue(parsing: writer.bytes), case .object(let members) = value else {
      try require(
        text.unicodeScalars.contains { scalar in
          scalar.value == 0 || scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
        }, "a string that is written can be read: \(text.debugDescription)")
      return
    }
    try requireEqual(members.count, 1, "one member is one member")
    guard case .string(let read) = members[0].value else { throw Violation("a string stays a string") }
    try require(read.utf8.elementsEqual(text.utf8), "a string is the same: \(read.debugDescription)")
    try require(members[0].name.utf8.elementsEqual(text.utf8), "a name is the same")
  }

  private static func parse(_ bytes: [UInt8]) -> Result<JSONValue, JSONSyntaxError> {
    Result { () throws(JSONSyntaxError) in try JSONValue(parsing: bytes) }
  }

  private static func write(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
  }

  private static func depth(of value: JSONValue) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let members): 1 + (members.map { depth(of: $0.value) }.max() ?? 0)
    default: 0
    }
  }
}

/// Foundation's parser, and where it is known to differ.
private enum FoundationJSON {
  enum Outcome {
    case parsed(Any)
    case refused
  }

  static func read(_ bytes: [UInt8]) -> Outcome {
    guard let object = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
      return .refused
    }
    return .parsed(object)
  }

  /// Foundation guesses UTF-16 and UTF-32 from zero bytes and byte order marks, which RFC 8259 §8.1 forbids.
  static func isComparable(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && !bytes.starts(with: [0xEF, 0xBB, 0xBF]) && !bytes.starts(with: [0xFE, 0xFF])
      && !bytes.starts(with: [0xFF, 0xFE])
  }

  /// Foundation takes a comma behind the last element.
  static func takes(_ error: JSONSyntaxError, _ input: [UInt8]) -> Bool {
    let before = input[..<error.offset].last { !" \t\r\n".utf8.contains($0) }
    return before == UInt8(ascii: ",") && input[error.offset...].first.map { "]}".utf8.contains($0) } ?? false
  }

  /// Foundation refuses numbers that no Double is near to; here they are text.
  static func mayRefuse(_ value: JSONValue) -> Bool {
    switch value {
    case .number(let text): Double(text).map { !$0.isFinite || $0 == 0 || $0.magnitude < 1e-300 } ?? true
    case .array(let elements): elements.contains(where: mayRefuse)
    case .object(let members): members.contains { mayRefuse($0.value) }
    default: false
    }
  }

  static func isSame(_ object: Any, _ value: JSONValue) -> Bool {
    switch value {
    case .null: return object is NSNull
    case .bool(let flag): return object as? Bool == flag
    case .number(let text):
      guard let number = object as? NSNumber, let wanted = Double(text) else { return false }
      return number.doubleValue == wanted
        || (number.doubleValue - wanted).magnitude <= wanted.magnitude * 1e-15
    case .string(let text): return (object as? String).map { isSame($0, text) } ?? false
    case .array(let elements):
      guard let array = object as? [Any], array.count == elements.count else { return false }
      return zip(array, elements).allSatisfy { isSame($0, $1) }
    case .object(let members):
      guard let dictionary = object as? [String: Any], dictionary.count == members.count else { return false }
      return members.allSatisfy { member in
        dictionary.contains { isSame($0.key, member.name) && isSame($0.value, member.value) }
      }
    }
  }

  /// Foundation drops U+FEFF within a string, behind an escape.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.unicodeScalars.filter { $0 != "\u{FEFF}" }.elementsEqual(
      right.unicodeScalars.filter { $0 != "\u{FEFF}" })
  }
}
