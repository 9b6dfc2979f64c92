internal import CZlib

/// The other direction, for who has to read what ``GzipStream`` made.
public enum Gzip {
  /// The content of one gzip member; nil when it is none, when it is cut off or damaged, when something follows
  /// it, or when it has more than `limit` bytes.
  public static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    // zlib remembers where its stream is, so that must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    defer { unsafe stream.deallocate() }
    guard unsafe bookstore_inflate_init(stream) == Z_OK else { return nil }
    defer { unsafe inflateEnd(stream) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    let isWhole = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(input.count)
      while true {
        let status = unsafe piece.withUnsafeMutableBufferPointer { room in
          unsafe stream.pointee.next_out = room.baseAddress
          unsafe stream.pointee.avail_out = UInt32(room.count)
          return unsafe inflate(stream, Z_NO_FLUSH)
        }
        output += unsafe piece[..<(piece.count - Int(stream.pointee.avail_out))]
        guard output.count <= limit else { return false }
        if status == Z_STREAM_END { return unsafe stream.pointee.avail_in == 0 }
        guard status == Z_OK else { return false }
      }
    }
    return isWhole ? output : nil
  }
}
