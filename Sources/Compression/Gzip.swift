internal import CZlib

/// The other direction, for who has to read what ``GzipStream`` made.
public enum Gzip {
  /// The content of one gzip member; nil when it is none, when it is cut off or damaged, when something follows
  /// it, or when it has more than `limit` bytes.
  public static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    var stream = unsafe z_stream()
    guard unsafe bookstore_inflate_init(&stream) == Z_OK else { return nil }
    defer { unsafe inflateEnd(&stream) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    let isWhole = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.avail_in = UInt32(input.count)
      while true {
        let status = unsafe piece.withUnsafeMutableBufferPointer { room in
          unsafe stream.next_out = room.baseAddress
          unsafe stream.avail_out = UInt32(room.count)
          return unsafe inflate(&stream, Z_NO_FLUSH)
        }
        output += unsafe piece[..<(piece.count - Int(stream.avail_out))]
        guard output.count <= limit else { return false }
        if status == Z_STREAM_END { return unsafe stream.avail_in == 0 }
        guard status == Z_OK else { return false }
      }
    }
    return isWhole ? output : nil
  }
}
