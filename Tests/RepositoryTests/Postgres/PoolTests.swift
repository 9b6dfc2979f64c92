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
    MonotonicTime(nanoseconds: Int64((seconds * 1_000_000_000).rounded()))
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

  @Test("a connection that is closed on purpose is replaced at once for those who wait, who are not refused")
  func discarded() {
    var pool = pool(connections: 1)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    #expect(pool.connected(0) == ["a"])
    #expect(pool.acquire(at: start) == (.mayQueue, nil))
    pool.enqueue("b", at: start)
    #expect(pool.discarded(0, at: start) == 0)
    #expect(pool.waiting == 1)
    #expect(pool.connected(0) == ["b"])
    // Nobody waits: it is opened for the next who comes.
    #expect(pool.discarded(0, at: start) == nil)
    #expect(pool.acquire(at: start) == (.mayQueue, 0))
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

  @Test("in a queue that stands, nobody waits longer than the short patience; a burst is another thing")
  func standingQueue() {
    var limits = PoolLimits(connections: 1, sharing: 1, waiters: 9, patience: .seconds(5))
    limits.standingAfter = .seconds(1)
    limits.standingPatience = .milliseconds(500)
    var pool = Pool<String>(limits: limits)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    _ = pool.connected(0)
    pool.enqueue("b", at: start)
    pool.enqueue("c", at: seconds(0.8))
    #expect(pool.nextDeadline == seconds(1))
    #expect(pool.expired(at: seconds(0.9)) == [])
    #expect(pool.expired(at: seconds(1)) == ["b"])
    #expect(pool.nextDeadline == seconds(1.3))
    #expect(pool.released(0) == "c")
    // The queue was empty: a burst again.
    pool.enqueue("d", at: seconds(2))
    #expect(pool.nextDeadline == seconds(3))
    #expect(pool.expired(at: seconds(2.9)) == [])
  }

  @Test("who withdraws is out of the queue, wherever it stood, and takes no connection")
  func withdrawal() {
    var pool = pool(connections: 1, waiters: 3)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    _ = pool.connected(0)
    let tickets = ["b", "c", "d"].map { name in
      let ticket = pool.ticket()
      pool.enqueue(name, ticket: ticket, at: start)
      return ticket
    }
    #expect(pool.acquire(at: start).grant == .refusedAsFull)
    #expect(pool.withdraw(tickets[1]) == "c")
    #expect(pool.withdraw(tickets[1]) == nil)
    #expect(pool.waiting == 2)
    #expect(pool.acquire(at: start).grant == .mayQueue)
    #expect(pool.withdraw(tickets[0]) == "b")
    #expect(pool.released(0) == "d")
    #expect(pool.withdraw(tickets[2]) == nil)
    #expect(pool.waiting == 0)
    #expect(pool.nextDeadline == nil)
    #expect(pool.released(0) == nil)
  }

  @Test("a connection that is slow gets nothing more; when it is not any more, several at a time")
  func slowConnections() {
    var pool = pool(connections: 1, sharing: 20, waiters: 20)
    _ = pool.acquire(at: start)
    pool.enqueue("a", at: start)
    _ = pool.connected(0)
    #expect(pool.acquire(at: start).grant == .granted(slot: 0))
    #expect(pool.acquire(at: start, preferring: 0, isSlow: { _ in true }).grant == .mayQueue)
    for name in ["b", "c", "d"] { pool.enqueue(name, at: start) }
    #expect(pool.released(0, isSlow: true) == nil)
    #expect(pool.waiting == 3)
    #expect(pool.released(0) == "b")
    #expect(pool.admitted(0) == ["c", "d"])
    #expect(pool.waiting == 0)
  }
}

@Suite struct BreakerTests {
  private func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: Int64((seconds * 1_000_000_000).rounded()))
  }

  @Test("a read that waits in silence for the limit opens it; a sign of life closes it")
  func opens() {
    var breaker = Breaker(limit: .seconds(2), at: time(0))
    #expect(breaker.judge(at: time(1.9), reads: time(0), others: nil) == (.pass, false))
    #expect(breaker.judge(at: time(2), reads: time(0.1), others: nil) == (.pass, false))
    #expect(breaker.judge(at: time(2.1), reads: time(0.1), others: nil) == (.refuse, false))
    #expect(breaker.isOpen)
    // Also when nobody waits any more, since the connections were given up.
    #expect(breaker.judge(at: time(3), reads: nil, others: nil) == (.refuse, false))
    #expect(breaker.judge(at: time(4.1), reads: nil, others: nil) == (.refuse, true))
    #expect(breaker.judge(at: time(4.2), reads: nil, others: nil) == (.refuse, false))
    #expect(breaker.judge(at: time(6.1), reads: nil, others: nil) == (.refuse, true))
    let signs = [breaker.heard(at: time(7)), breaker.heard(at: time(7))]
    #expect(signs == [true, false])
    #expect(breaker.judge(at: time(7.1), reads: time(0.1), others: nil) == (.pass, false))
  }

  @Test("a server that answers somebody does not hang")
  func alive() {
    var breaker = Breaker(limit: .seconds(2), at: time(0))
    for second in 1...8 { _ = breaker.judge(at: time(Double(second)), reads: nil, others: nil) }
    _ = breaker.heard(at: time(9))
    #expect(breaker.judge(at: time(10), reads: time(1), others: time(1)) == (.pass, false))
    #expect(breaker.judge(at: time(11), reads: time(1), others: nil) == (.refuse, false))
  }

  @Test("a transaction or a search that takes long has the server asked, and proves nothing")
  func suspicion() {
    var breaker = Breaker(limit: .seconds(2), at: time(0))
    #expect(breaker.judge(at: time(0.4), reads: nil, others: time(0)) == (.pass, false))
    #expect(breaker.judge(at: time(0.5), reads: nil, others: time(0)) == (.pass, true))
    #expect(breaker.judge(at: time(0.6), reads: nil, others: time(0)) == (.pass, false))
    #expect(breaker.judge(at: time(2.4), reads: time(0.5), others: time(0)) == (.pass, false))
    #expect(breaker.judge(at: time(2.5), reads: time(0.5), others: time(0)) == (.refuse, false))
  }

  @Test("when the process itself stood still, the server has its time again")
  func pause() {
    var breaker = Breaker(limit: .seconds(2), at: time(0))
    #expect(breaker.judge(at: time(0.5), reads: time(0.4), others: nil) == (.pass, false))
    #expect(breaker.judge(at: time(8), reads: time(0.4), others: nil) == (.pass, false))
    #expect(breaker.judge(at: time(9.9), reads: time(0.4), others: nil) == (.pass, false))
    #expect(breaker.judge(at: time(10), reads: time(0.4), others: nil) == (.refuse, false))
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
