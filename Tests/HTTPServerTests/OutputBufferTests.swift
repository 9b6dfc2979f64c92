import TestSupport
import Testing

@testable import HTTPServer

@Suite("The output")
struct OutputBufferTests {
  @Test(
    "everything comes out once and in order, whatever the pieces and however much is taken at a time",
    arguments: 1...40)
  func order(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var buffer = OutputBuffer()
    var expected: [UInt8] = []
    var received: [UInt8] = []
    for _ in 0..<200 {
      let size = Int.random(in: 0...2 * OutputBuffer.shareMinimum, using: &generator)
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ seed) }
      if Bool.random(using: &generator) {
        buffer.append { $0 += piece }
      } else {
        buffer.append(content: piece)
      }
      expected += piece
      #expect(buffer.totalAppended == expected.count)
      while !buffer.isEmpty, Int.random(in: 0..<3, using: &generator) > 0 {
        let limit = Int.random(in: 1...100_000, using: &generator)
        let taken = buffer.withUnsentBytes { bytes, isMore in
          #expect(isMore == (bytes.count < buffer.count))
          return Array(bytes.prefix(limit))
        }
        received += taken
        buffer.didSend(taken.count)
      }
      #expect(buffer.totalSent == received.count)
    }
    while !buffer.isEmpty {
      let taken = buffer.withUnsentBytes { bytes, isMore in
        #expect(isMore == (bytes.count < buffer.count))
        return Array(bytes)
      }
      received += taken
      buffer.didSend(taken.count)
    }
    #expect(received == expected)
  }

  @Test("what appends nothing leaves nothing to wait for behind a shared content or a full segment")
  func nothing() {
    var buffer = OutputBuffer()
    for content in [OutputBuffer.shareMinimum, OutputBuffer.fullSegment] {
      for isShared in [true, false] {
        let bytes = [UInt8](repeating: 1, count: content)
        if isShared { buffer.append(content: bytes) } else { buffer.append { $0 += bytes } }
        buffer.append { _ in }
        buffer.append(content: [])
        let isMore = buffer.withUnsentBytes { bytes, isMore in
          #expect(bytes.count == content)
          return isMore
        }
        #expect(!isMore)
        buffer.didSend(content)
        #expect(buffer.isEmpty)
      }
    }
  }
}
