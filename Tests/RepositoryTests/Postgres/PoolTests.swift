import EventLoop
import Testing

@testable import PostgresRepository

@Suite struct PoolTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func pool(connections: Int = 2, sharing: Int = 1, waiters: Int = 2) -> Pool<String> {
    Pool(
      limits: PoolLimits(
        connections: connections, sharing: sharing, waiters: waiters, patience: .seconds(5)),
      backoff: Backoff(shortest: .milliseconds(100), longest: .seconds(5)))
  }

  private func seconds(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
  }

  @Test("the first request opens a connection and gets it")
  func first() {
    var pool = pool()
    #expect(pool.acquire(at: start) == (.mayQueue, 0))
    pool.enqueue("a", at: start)
    #expect(pool.connected(0) == ["a"])
    #expect(pool.released(0) == nil)
    #expect(pool.acquire(at: start) == (.granted(slot: 0), nil))
  }

  @Test("a connection is leased to one at a time; the next in line gets it when it is given back")
  func leases() {
    var pool = pool(connections: 1)
    #expect(pool.acquire(at: start) == (.mayQueue, 0))
    pool.enqueue("a", at: start)
    #expect(pool.connected(0) == ["a"])
    #expect(pool.acquire(at: start) == (.mayQueue, nil))
    pool.enqueue("b", at: start)
    #expect(pool.acquire(at: start) == (.mayQueue, nil))
    pool.enqueue("c", at: start)
    #expect(pool.acquire(at: start) == (.refusedAsFull, nil))
    #expect(pool.released(0) == "b")
    #expect(pool.released(0) == "c")
    #expect(pool.released(0) == nil)
  }

  @Test("a request that finds all in use opens another connection, as long as there may be more")
  func grows() {
    var pool = pool(connections: 2)
    #expect(pool.acquire(at: start) == (.mayQueue, 0))
    pool.enqueue("a", at: start)
    #expect(pool.acquire(at: start) == (.mayQueue, 1))
    pool.enqueue("b", at: start)
    #expect(pool.connected(1) == ["a"])
    #expect(pool.connected(0) == ["b"])
  }

  @Test("a shared connection takes many requests, the least loaded first, the preferred one before all")
  func sharing() {
    var pool = pool(connections: 2, sharing: 3)
    #expect(pool.acquire(at: start) == (.mayQueue, 0))
    pool.enqueue("a", at: start)
    #expect(pool.connected(0) == ["a"])
    #expect(pool.acquire(at: start) == (.granted(slot: 0), 1))
    #expect(pool.connected(1) == [])
    #expect(pool.acquire(at: start) == (.granted(slot: 1), nil))
    #expect(pool.acquire(at: start, preferring: 0) == (.granted(slot: 0), nil))
    #expect(pool.acquire(at: start, preferring: 0) == (.granted(slot: 1), nil))
    #expect(pool.acquire(at: start) == (.granted(slot: 1), nil))
    #expect(pool.acquire(at: start) == (.mayQueue, nil))
  }

  @Test("while the server is away everybody is refused at once, until an attempt succeeds")
  func down() {
    var pool = pool()
    #expect(pool.acquire(at: start) == (.mayQueue, 0))
    pool.enqueue("a", at: start)
    let (refused, delay) = pool.connectFailed(0, at: start, random: 0)
    #expect(refused == ["a"])
    #expect(delay == .milliseconds(100))
    #expect(pool.acquire(at: start) == (.refusedAsDown(until: seconds(0.1)), nil))
    #expect(pool.retryIsDue(at: seconds(0.05)) == nil)
    #expect(pool.retryIsDue(at: seconds(0.1)) == 0)
    #expect(pool.retryIsDue(at: seconds(0.1)) == nil, "one attempt is enough")
    #expect(pool.acquire(at: seconds(0.1)) == (.refusedAsDown(until: seconds(0.1)), nil))
    #expect(pool.connectFailed(0, at: seconds(0.1), random: 0).retryAfter == .milliseconds(200))
    #expect(pool.retryIsDue(at: seconds(0.3)) == 0)
    #expect(pool.connected(0) == [])
    #expect(pool.acquire(at: seconds(0.3)) == (.granted(slot: 0), nil))
  }

  @Test("attempts that fail together count once")
  func parallelFailures() {
    var pool = pool()
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    _ = pool.acquire(at: start)
    pool.enqueue("b", at: start)
    #expect(pool.connectFailed(0, at: start, random: 0).retryAfter == .milliseconds(100))
    #expect(pool.connectFailed(1, at: seconds(0.04), random: 0).retryAfter == .milliseconds(60))
    #expect(pool.retryIsDue(at: seconds(0.1)) == 0)
  }

  @Test("when one more connection cannot be had, those who wait keep waiting for the others")
  func partialFailure() {
    var pool = pool(connections: 2)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    #expect(pool.connected(0) == ["a"])
    #expect(pool.acquire(at: start) == (.mayQueue, 1))
    pool.enqueue("b", at: start)
    #expect(pool.connectFailed(1, at: start, random: 0).refused == [])
    #expect(pool.acquire(at: seconds(0.05)) == (.mayQueue, nil), "not before the back-off is over")
    #expect(pool.acquire(at: seconds(0.2)) == (.mayQueue, 1))
    #expect(pool.released(0) == "b")
  }

  @Test("when the last connection is lost those who wait are refused, and a new one is tried soon")
  func lost() {
    var pool = pool(connections: 2)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    _ = pool.acquire(at: start)
    pool.enqueue("b", at: start)
    _ = pool.connected(0)
    _ = pool.connected(1)
    pool.enqueue("c", at: start)
    #expect(pool.lost(0, at: start, random: 0).refused == [])
    let (refused, delay) = pool.lost(1, at: start, random: 0)
    #expect(refused == ["c"])
    #expect(delay == .milliseconds(100))
    #expect(pool.retryIsDue(at: seconds(0.1)) == 0)
  }

  @Test("nobody waits longer than the patience of the pool")
  func patience() {
    var pool = pool(connections: 1, waiters: 5)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    _ = pool.connected(0)
    pool.enqueue("b", at: seconds(1))
    pool.enqueue("c", at: seconds(2))
    #expect(pool.nextDeadline == seconds(6))
    #expect(pool.expired(at: seconds(5)) == [])
    #expect(pool.expired(at: seconds(6)) == ["b"])
    #expect(pool.nextDeadline == seconds(7))
    #expect(pool.waiting == 1)
  }
}

@Suite struct BackoffTests {
  @Test("each failure doubles the delay, up to the longest; a success starts over")
  func doubles() {
    var backoff = Backoff()
    let delays = (1...8).map { _ in backoff.failed(random: 0) }
    #expect(delays == [100, 200, 400, 800, 1600, 3200, 5000, 5000].map { Duration.milliseconds($0) })
    for _ in 1...100 { #expect(backoff.failed(random: 0) == .seconds(5)) }
    backoff.succeeded()
    #expect(backoff.failed(random: 0) == .milliseconds(100))
  }

  @Test("chance takes up to half of a delay away", arguments: [(0.0, 100), (0.5, 75), (0.999, 50)])
  func jitter(random: Double, milliseconds: Int64) {
    var backoff = Backoff()
    #expect(backoff.failed(random: random).milliseconds == milliseconds)
  }
}

@Suite struct QueueTests {
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
}
