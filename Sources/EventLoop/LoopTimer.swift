/// A deadline on a loop that is moved often and fires seldom. Loop-confined: use it on its loop's thread only.
///
/// Moving a deadline later is one store: the entry in the loop's heap stays and is looked at again when it
/// comes due. Entries of timers that are not set any more are cleared away when they are many.
public final class LoopTimer: @unchecked Sendable {
  private unowned let loop: EventLoop
  private let action: () -> Void
  /// When the action runs; `never` while the timer is not set.
  public private(set) var deadline = MonotonicTime.never
  /// The earliest entry of this timer in the loop's heap.
  private var earliestEntry = MonotonicTime.never

  /// A timer that is not set. The loop keeps the timer, and with it the action, while an entry is pending.
  public init(loop: EventLoop, action: @escaping () -> Void) {
    self.loop = loop
    self.action = action
  }

  /// Sets or moves the deadline; `never` is ``clear()``.
  public func set(_ deadline: MonotonicTime) {
    loop.preconditionIsCurrent()
    guard deadline < .never else { return clear() }
    self.deadline = deadline
    if deadline < earliestEntry {
      if earliestEntry < .never { leaveEntry() }
      earliestEntry = deadline
      loop.timers.insert(TimerHeap.Entry(time: deadline, timer: self))
    }
  }

  /// Sets or moves the deadline to so long after the start of this turn.
  public func set(after duration: Duration) { set(loop.turnStart.advanced(by: duration)) }

  /// The action will not run until the timer is set again.
  public func clear() {
    guard deadline != .never else { return }
    deadline = .never
    leaveEntry()
  }

  /// An entry of this timer in the heap is of no use any more. What is dropped ends here, when the heap is not in use:
  /// with a timer goes whatever its action holds.
  private func leaveEntry() { _ = loop.timers.entryIsUseless() }

  /// Whether an entry is of no use any more, in which case it is dropped.
  func drops(entry: MonotonicTime) -> Bool {
    if entry == earliestEntry {
      guard deadline == .never else { return false }
      earliestEntry = .never
    }
    return true
  }

  /// Called by the loop when an entry comes due.
  func entryIsDue(_ entry: MonotonicTime, now: MonotonicTime) {
    guard entry == earliestEntry else { return }
    earliestEntry = .never
    // One that was moved and is due as well waits for its turn among the others that are.
    if deadline <= entry {
      deadline = .never
      action()
    } else if deadline < .never {
      earliestEntry = deadline
      loop.timers.insert(TimerHeap.Entry(time: deadline, timer: self))
    }
  }
}

/// A binary heap of timer entries, the earliest on top.
struct TimerHeap {
  struct Entry {
    let time: MonotonicTime
    let timer: LoopTimer
  }

  private var entries: [Entry] = []
  /// How many entries have become useless, at most, since those were dropped.
  private var useless = 0

  var count: Int { entries.count }
  var earliest: MonotonicTime? { entries.first?.time }

  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].time < entries[parent].time else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  /// An entry is of no use any more. Entries keep their timers, and with many connections that come and go there would be
  /// far more of them than connections: now and then those of no use are dropped, and returned.
  mutating func entryIsUseless() -> [Entry] {
    useless += 1
    guard useless >= 64, useless * 2 >= entries.count else { return [] }
    useless = 0
    var dropped: [Entry] = []
    var kept: [Entry] = []
    for entry in entries {
      if entry.timer.drops(entry: entry.time) { dropped.append(entry) } else { kept.append(entry) }
    }
    // What is sorted is a heap.
    entries = kept.sorted { $0.time < $1.time }
    return dropped
  }

  mutating func removeEarliest() -> Entry? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && entries[child].time < entries[least].time {
        least = child
      }
      guard least != parent else { return first }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
