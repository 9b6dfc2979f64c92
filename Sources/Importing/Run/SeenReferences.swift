internal import Crypto

/// The references of a file with the lines they stand on, so that the second of two equal ones is noticed.
///
/// Holds 64 bits of a digest and a line for each: about 30 bytes, 30 MB for a million rows, the only thing that
/// grows with a file. That two different references share the 64 bits is as likely as 1 in 37 million for a
/// million rows.
struct SeenReferences {
  private var lines: [UInt64: Int] = [:]

  /// Remembers a reference; gives the line on which it stood before.
  mutating func insert(_ reference: String, line: Int) -> Int? {
    var key: UInt64 = 0
    for byte in SHA256.digest(Array(reference.utf8)).prefix(8) { key = key << 8 | UInt64(byte) }
    if let first = lines[key] { return first }
    lines[key] = line
    return nil
  }
}
