import EventLoop
import Testing

@Suite("Queue")
struct QueueTests {
  @Test("what goes in comes out in order, however the ends move")
  func order() {
    var queue = Queue<Int>()
    var (next, expected) = (0, 0)
    for round in 0..<2000 {
      for _ in 0..<(round % 7) {
        queue.append(next)
        next += 1
      }
      #expect(queue.first == (queue.isEmpty ? nil : expected))
      for _ in 0..<(round % 5) {
        if let first = queue.popFirst() {
          #expect(first == expected)
          expected += 1
        }
      }
      #expect(queue.count == next - expected)
    }
    #expect(Array(queue) == Array(expected..<next))
  }

  @Test("what is not wanted any more is taken out, the others keep their order")
  func removing() {
    var queue = Queue<Int>()
    for number in 0..<1000 { queue.append(number) }
    for _ in 0..<300 { _ = queue.popFirst() }
    queue.removeAll { $0 % 3 != 0 }
    #expect(Array(queue) == Array(stride(from: 300, to: 1000, by: 3)))
    #expect(queue.count == 234 && queue.first == 300)
    queue.removeAll { _ in true }
    #expect(queue.isEmpty && queue.popFirst() == nil)
  }
}
