internal import CZlib

/// Makes gzip (RFC 1952), by zlib. Belongs to one thread at a time.
///
/// It takes a quarter of a megabyte and longer to make than to compress a page with, so it is used again.
@safe
public final class GzipStream: @unchecked Sendable {
  private static let pieceSize = 16_384

  private let stream: UnsafeMutablePointer<z_stream>
  private let piece: UnsafeMutablePointer<UInt8>

  /// Nil when there is no memory for it. `level` is from 1, the fastest, to 9.
  public init?(level: Int = 1) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe piece = .allocate(capacity: Self.pieceSize)
    guard unsafe bookstore_deflate_init(stream, Int32(level)) == Z_OK else { return nil }
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
    unsafe piece.deallocate()
  }

  /// Forgets what it had; the next bytes start another content.
  public func reset() { unsafe deflateReset(stream) }

  /// Takes bytes, and returns what is ready: often nothing, since the end of a block is not hurried.
  public func update(_ bytes: [UInt8]) -> [UInt8] { run(bytes, Z_NO_FLUSH) }

  /// Takes the last bytes and returns the rest.
  public func finish(_ bytes: [UInt8] = []) -> [UInt8] { run(bytes, Z_FINISH) }

  private func run(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
    var output: [UInt8] = []
    unsafe bytes.withUnsafeBufferPointer { input in
      // zlib does not write to its input; its type only lacks the const.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(input.count)
      repeat {
        unsafe stream.pointee.next_out = piece
        unsafe stream.pointee.avail_out = UInt32(Self.pieceSize)
        // With room for output no state of the stream makes this fail (zlib.h).
        _ = unsafe deflate(stream, flush)
        let count = unsafe Self.pieceSize - Int(stream.pointee.avail_out)
        unsafe output.append(contentsOf: UnsafeBufferPointer(start: piece, count: count))
      } while unsafe stream.pointee.avail_out == 0
      unsafe stream.pointee.next_in = nil
    }
    return output
  }
}
