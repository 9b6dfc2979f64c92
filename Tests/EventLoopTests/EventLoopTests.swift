import Dispatch
import Glibc
import Testing

@testable import EventLoop

@Suite("Event loop")
struct EventLoopTests {
  @Test("a task with the loop as its executor runs on the loop's thread, before and after it suspends")
  func taskStaysOnLoop() async throws {
    let group = try EventLoopGroup(count: 2)
    defer { group.shutdown() }
    let loop = group.loops[1]
    await Task(executorPreference: loop) {
      #expect(EventLoop.current === loop)
      await Task.yield()
      #expect(EventLoop.current === loop)
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume() }
      }
      #expect(EventLoop.current === loop, "resumed from another thread")
    }.value
    #expect(EventLoop.current == nil)
  }

  @Test("onLoop stays where it is on a loop of the group, and hops otherwise")
  func onLoop() async throws {
    let group = try EventLoopGroup(count: 2)
    defer { group.shutdown() }
    let first = await group.onLoop { EventLoop.current?.index }
    #expect(first == 0)
    let kept = await group.onLoop(1) { await group.onLoop(0) { EventLoop.current?.index } }
    #expect(kept == 1)
  }

  @Test("timers fire in the order of their deadlines; a cleared one does not, a moved one fires once")
  func timers() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let fired: [Int] = await withCheckedContinuation { done in
      loop.execute {
        let log = Log()
        let timers = (0..<5).map { number in
          LoopTimer(loop: loop) {
            log.entries.append(number)
            if number == 4 { done.resume(returning: log.entries) }
          }
        }
        timers[0].set(after: .milliseconds(3))
        timers[1].set(after: .milliseconds(1))
        timers[2].set(after: .milliseconds(1))
        timers[2].clear()
        timers[3].set(after: .milliseconds(1))
        timers[3].set(after: .milliseconds(6))
        timers[4].set(after: .milliseconds(20))
        timers[4].set(after: .milliseconds(9))
      }
    }
    #expect(fired == [1, 0, 3, 4])
  }

  @Test("timers that are cleared do not stay, and the others fire", arguments: [true, false])
  func clearedTimers(bySetting: Bool) async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let (fired, entries, isGone): ([Int], Int, Bool) = await withCheckedContinuation { done in
      loop.execute {
        let log = Log()
        weak var gone: LoopTimer?
        var entries = 0
        var all: [LoopTimer] = []
        for number in 0..<10_000 {
          let timer = LoopTimer(loop: loop) {
            log.entries.append(number)
            if log.entries.count == 5 { done.resume(returning: (log.entries, entries, gone == nil)) }
          }
          // Each has two entries, as that of a connection has that waits for a request and then works on it.
          timer.set(after: .seconds(3600))
          timer.set(after: .seconds(1800))
          if number == 5001 { gone = timer }
          all.append(timer)
        }
        for (number, timer) in all.enumerated() where number % 1000 != 0 {
          if bySetting { timer.set(.never) } else { timer.clear() }
        }
        // Some go on, sooner or later than they were set to at first, or after they were cleared.
        for number in stride(from: 0, to: 10_000, by: 1000) {
          if number % 3000 == 0 { all[number].clear() }
          all[number].set(after: number % 2000 == 0 ? .milliseconds(1) : .seconds(7200))
        }
        all = []
        entries = loop.timers.count
      }
    }
    #expect(fired.sorted() == [0, 2000, 4000, 6000, 8000])
    #expect(entries < 200, "of 10 timers that are set")
    #expect(isGone)
  }

  @Test("many timers fire, each once, earliest first")
  func manyTimers() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let fired: [Int] = await withCheckedContinuation { done in
      loop.execute {
        let log = Log()
        let start = loop.turnStart
        for number in 0..<500 {
          let delay = (number * 7919) % 500
          let timer = LoopTimer(loop: loop) {
            log.entries.append(delay)
            if log.entries.count == 500 { done.resume(returning: log.entries) }
          }
          timer.set(start.advanced(by: .microseconds(20 * delay)))
        }
      }
    }
    #expect(fired == Array(0..<500))
  }

  @Test("jobs that take long let events of the loop have their turn in between")
  func longJobs() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let order = Lock<[String]>([])
    await group.onLoop {
      let first = Task(executorPreference: loop) {
        loop.execute { order.withLock { $0.append("event") } }
        order.withLock { $0.append("first") }
        let end = MonotonicTime.now().advanced(by: .milliseconds(6))
        while MonotonicTime.now() < end {}
      }
      let second = Task(executorPreference: loop) { order.withLock { $0.append("second") } }
      await first.value
      await second.value
    }
    #expect(order.withLock { $0 } == ["first", "event", "second"])
  }

  @Test("a cancelled watch is not called, even for an event of the same turn")
  func cancelledWatch() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    var pipes: [Int32] = [0, 0, 0, 0]
    try #require(pipe(&pipes) == 0)
    try #require(pipes.withUnsafeMutableBufferPointer { pipe($0.baseAddress! + 2) } == 0)
    let ends = pipes
    defer { for end in ends { close(end) } }
    // Both pipes are readable before the loop looks: whichever handler runs first cancels the other.
    #expect(write(ends[1], "a", 1) == 1)
    #expect(write(ends[3], "b", 1) == 1)
    let calls: Int = await withCheckedContinuation { done in
      loop.execute {
        let log = Log()
        let watches = Watches()
        for (index, end) in [ends[0], ends[2]].enumerated() {
          do {
            watches.all.append(
              try loop.watch(end, for: .read) { _ in
                log.entries.append(index)
                for watch in watches.all { watch.cancel() }
                loop.execute { loop.execute { done.resume(returning: log.entries.count) } }
              })
          } catch {
            Issue.record(error)
          }
        }
      }
    }
    #expect(calls == 1)
  }

  @Test("end-of-turn actions run after the jobs of the turn")
  func endOfTurn() async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let order: [Int] = await withCheckedContinuation { done in
      loop.execute {
        let log = Log()
        loop.atEndOfTurn {
          log.entries.append(2)
          done.resume(returning: log.entries)
        }
        Task(executorPreference: loop) { log.entries.append(1) }
      }
    }
    #expect(order == [1, 2])
  }

  @Test("work from eight threads all arrives, and a lock keeps its value whole")
  func manyThreads() async throws {
    let group = try EventLoopGroup(count: 1)
    let loop = group.loops[0]
    let counter = Lock(0)
    let threads = try (0..<8).map { number in
      try Thread(name: "worker-\(number)") {
        for _ in 0..<1000 { loop.execute { counter.withLock { $0 += 1 } } }
      }
    }
    for thread in threads { thread.join() }
    await group.onLoop {}
    group.shutdown()
    #expect(counter.withLock { $0 } == 8000)
  }
}

/// Used on one loop only.
private final class Log: @unchecked Sendable {
  var entries: [Int] = []
}

/// Used on one loop only.
private final class Watches: @unchecked Sendable {
  var all: [Watch] = []
}
