import Compression
import Testing

@Suite("gzip")
struct GzipTests {
  /// Text that repeats itself, so that it compresses.
  private static func text(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(ascii: "a") + UInt8(truncatingIfNeeded: $0 % 7 * ($0 / 50 % 3)) }
  }

  @Test("what another program made is read")
  func foreign() {
    // printf hello | gzip -n
    let bytes: [UInt8] = [
      0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36,
      5, 0,
      0, 0,
    ]
    #expect(Gzip.decompress(bytes, limit: 5) == Array("hello".utf8))
    #expect(Gzip.decompress(bytes, limit: 4) == nil)
  }

  @Test("a content comes back, whatever its size", arguments: [0, 1, 100, 16_383, 16_384, 16_385, 1_000_000])
  func roundTrip(size: Int) throws {
    let stream = try #require(GzipStream())
    let content = Self.text(size)
    let coded = stream.finish(content)
    #expect(coded.starts(with: [0x1f, 0x8b, 8]))
    if size > 100 { #expect(coded.count < size / 5) }
    #expect(Gzip.decompress(coded, limit: size) == content)
  }

  @Test("bytes that do not compress come back too, in pieces of any size", arguments: [1, 7, 4096, 100_000])
  func pieces(size: Int) throws {
    var state: UInt32 = 1
    let content = (0..<200_000).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let stream = try #require(GzipStream())
    var coded: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: size) {
      coded += stream.update(Array(content[start..<min(start + size, content.count)]))
    }
    coded += stream.finish()
    #expect(Gzip.decompress(coded, limit: content.count) == content)
  }

  @Test("a stream that is used again forgets what it had, also when that never ended")
  func reuse() throws {
    let pool = GzipPool(limit: 1, kept: 1)
    let first = try #require(pool.lend())
    let expected = first.finish(Self.text(5000))
    pool.takeBack(first)
    let second = try #require(pool.lend())
    #expect(second === first)
    _ = second.update(Self.text(300))
    pool.takeBack(second)
    let third = try #require(pool.lend())
    #expect(third.finish(Self.text(5000)) == expected)
    pool.takeBack(third)
  }

  @Test("no more streams are lent than there may be")
  func limit() throws {
    let pool = GzipPool(limit: 2, kept: 1)
    let first = try #require(pool.lend())
    let second = try #require(pool.lend())
    #expect(pool.lend() == nil)
    pool.takeBack(first)
    pool.takeBack(second)
    #expect(pool.lend() != nil)
  }

  @Test("what is cut off, damaged or followed by something is not read")
  func damaged() throws {
    let stream = try #require(GzipStream())
    let coded = stream.finish(Self.text(1000))
    for count in 0..<coded.count { #expect(Gzip.decompress(Array(coded[..<count]), limit: 1000) == nil) }
    #expect(Gzip.decompress(coded + [0], limit: 1000) == nil)
    var damaged = coded
    damaged[coded.count - 6] ^= 1
    #expect(Gzip.decompress(damaged, limit: 1000) == nil)
  }
}
