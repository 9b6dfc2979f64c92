internal import EventLoop

/// Where requests wait while too many are worked on: a pure value, told what happens and what time it is.
///
/// Whoever is within its patience has its turn in order. The others are to be refused; until that has happened, which
/// costs time too, they are still served when nobody else waits.
struct WaitingRoom<Guest> {
  private struct Entry {
    let guest: Guest
    let deadline: MonotonicTime
  }

  private let patience: Duration
  /// False for those who have gone without a word.
  private let isHere: (Guest) -> Bool
  private var waiting = Queue<Entry>()
  private var late = Queue<Entry>()
  /// At least so many of both queues have gone.
  private var gone = 0

  init(patience: Duration, isHere: @escaping (Guest) -> Bool) {
    self.patience = patience
    self.isHere = isHere
  }

  /// How many wait.
  var count: Int { held - gone }
  /// How many are kept in memory: those who have gone may be among them.
  var held: Int { waiting.count + late.count }
  var isEmpty: Bool { held == 0 }

  /// When somebody is to be refused; nil when nobody waits.
  var nextDeadline: MonotonicTime? { (late.first ?? waiting.first)?.deadline }

  mutating func enter(_ guest: Guest, at now: MonotonicTime) {
    waiting.append(Entry(guest: guest, deadline: now.advanced(by: patience)))
  }

  /// Somebody has gone. Those who went are cleared away when they are many, so that they are never more than those who
  /// wait and a few.
  mutating func left() {
    gone += 1
    guard gone >= 64, gone * 2 >= held else { return }
    waiting.removeAll { !isHere($0.guest) }
    late.removeAll { !isHere($0.guest) }
    gone = 0
  }

  /// Whose turn it is.
  mutating func next(at now: MonotonicTime) -> Guest? {
    markLate(at: now)
    return Self.takeFirst(of: &waiting, isHere, &gone) ?? Self.takeFirst(of: &late, isHere, &gone)
  }

  /// Those to be refused now, at most so many.
  mutating func refused(at now: MonotonicTime, atMost limit: Int) -> [Guest] {
    markLate(at: now)
    var refused: [Guest] = []
    while refused.count < limit, let guest = Self.takeFirst(of: &late, isHere, &gone) {
      refused.append(guest)
    }
    return refused
  }

  /// Those whose patience is over are late from now on.
  private mutating func markLate(at now: MonotonicTime) {
    while let first = waiting.first, first.deadline <= now, let entry = waiting.popFirst() {
      late.append(entry)
    }
  }

  private static func takeFirst(
    of queue: inout Queue<Entry>, _ isHere: (Guest) -> Bool, _ gone: inout Int
  ) -> Guest? {
    while let entry = queue.popFirst() {
      if isHere(entry.guest) { return entry.guest }
      gone -= 1
    }
    return nil
  }
}
