internal import Inventory

/// A value bound to a parameter of a statement.
///
/// All are sent in Postgres's binary format: no quoting, and a text that holds U+0000 is refused by the server
/// instead of being cut there.
enum Value: Hashable, Sendable {
  case text(String?)
  case integer(Int64?)
  case bool(Bool?)
  case texts([String?])
  case integers([Int64?])

  static func id<Kind>(_ identifier: Identifier<Kind>?) -> Value { .text(identifier?.description) }

  static func ids<Kind>(_ identifiers: [Identifier<Kind>]) -> Value { .texts(identifiers.map(\.description)) }

  static func instant(_ instant: Instant?) -> Value { .integer(instant?.microseconds) }

  /// The object identifier of the type in `pg_type`, which is the same in every database.
  var type: UInt32 {
    switch self {
    case .bool: 16
    case .integer: 20
    case .text: 25
    case .texts: 1009
    case .integers: 1016
    }
  }
}

/// The parameters of one statement as libpq wants them: parallel arrays that point into one buffer. Reused
/// from statement to statement.
struct ParameterBuffer {
  private(set) var types: [UInt32] = []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []
  /// Where each value starts in ``bytes``; nil for null.
  private(set) var offsets: [Int?] = []
  private(set) var bytes: [UInt8] = []

  var count: Int { types.count }

  /// Replaces what is in the buffer.
  mutating func encode(_ values: [Value]) {
    types.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    for value in values {
      let start = bytes.count
      let isNull = !append(value)
      types.append(value.type)
      formats.append(1)
      offsets.append(isNull ? nil : start)
      lengths.append(Int32(bytes.count - start))
    }
    // An empty text at the end needs an address too.
    bytes.append(0)
  }

  /// Appends the binary form; false for null, which has none.
  private mutating func append(_ value: Value) -> Bool {
    switch value {
    case .text(let text):
      guard let text else { return false }
      bytes.append(contentsOf: text.utf8)
    case .integer(let integer):
      guard let integer else { return false }
      append(integer)
    case .bool(let flag):
      guard let flag else { return false }
      bytes.append(flag ? 1 : 0)
    case .texts(let texts):
      appendArrayHead(elementType: 25, count: texts.count, hasNulls: texts.contains(nil))
      for text in texts {
        guard let text else {
          append(Int32(-1))
          continue
        }
        append(Int32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
      }
    case .integers(let integers):
      appendArrayHead(elementType: 20, count: integers.count, hasNulls: integers.contains(nil))
      for integer in integers {
        append(Int32(integer == nil ? -1 : 8))
        if let integer { append(integer) }
      }
    }
    return true
  }

  /// The head that `array_recv` reads: dimensions, null flag, element type, then length and lower bound.
  private mutating func appendArrayHead(elementType: Int32, count: Int, hasNulls: Bool) {
    append(Int32(count == 0 ? 0 : 1))
    append(Int32(hasNulls ? 1 : 0))
    append(elementType)
    guard count > 0 else { return }
    append(Int32(count))
    append(Int32(1))
  }

  private mutating func append(_ integer: some FixedWidthInteger) {
    for shift in stride(from: integer.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: integer >> shift))
    }
  }
}

extension ParameterBuffer {
  /// Calls the body with libpq's arrays: values, lengths, formats, types.
  func withPointers<Result>(
    _ body: (
      UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?,
      UnsafePointer<UInt32>?
    ) -> Result
  ) -> Result {
    unsafe bytes.withUnsafeBytes { buffer in
      let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress
      let values = unsafe offsets.map { offset in unsafe offset.flatMap { unsafe start?.advanced(by: $0) } }
      return unsafe values.withUnsafeBufferPointer { values in
        unsafe body(values.baseAddress, lengths, formats, types)
      }
    }
  }
}
