internal import EventLoop

/// What bounds a pool.
struct PoolLimits: Hashable, Sendable {
  /// The most connections.
  var connections: Int
  /// The most requests on one connection at a time.
  var sharing: Int
  /// The most requests that wait for a connection.
  var waiters: Int
  /// The longest that a request waits for one.
  var patience: Duration
  /// A queue that was never empty for so long is not a burst any more but too much work.
  var standingAfter: Duration = .seconds(24 * 3600)
  /// The longest that a request waits in such a queue: what waits longer costs everybody behind it time, too.
  var standingPatience: Duration = .seconds(2)
}

/// A few connections and those who wait for one: a pure value, told what happens and answering what to do.
///
/// The same value serves connections that are leased to one transaction at a time (`sharing` 1) and
/// connections that many reads share. Connections are opened when they are needed; when none is open and
/// the server cannot be reached, nobody waits: requests are refused at once until an attempt succeeds.
struct Pool<Waiter> {
  /// What became of a request for a connection.
  enum Grant: Hashable, Sendable {
    /// It may use the connection in this slot, and gives it back with ``Pool/released(_:)``.
    case granted(slot: Int)
    /// All are in use: it may wait, by ``Pool/enqueue(_:at:)``.
    case mayQueue
    /// Too much waits already.
    case refusedAsFull
    /// No connection is open, and the next attempt is due at this time.
    case refusedAsDown(until: MonotonicTime)
  }

  private enum Slot {
    case empty
    case connecting
    case open(load: Int)

    var isEmpty: Bool { if case .empty = self { true } else { false } }
    var isConnecting: Bool { if case .connecting = self { true } else { false } }
    var isOpen: Bool { if case .open = self { true } else { false } }
  }

  private struct Queued {
    let ticket: UInt64
    /// Nil when it was withdrawn.
    var waiter: Waiter?
    let since: MonotonicTime
  }

  let limits: PoolLimits
  private var slots: [Slot]
  private var queue = Queue<Queued>()
  /// Those in the queue that were withdrawn.
  private var withdrawn = 0
  /// Since when the queue is not empty.
  private var standingSince = MonotonicTime.never
  private var tickets: UInt64 = 0
  private var backoff: Backoff
  /// When the next attempt to connect may be made, after one that failed.
  private var retryAt: MonotonicTime?

  init(limits: PoolLimits, backoff: Backoff = Backoff()) {
    self.limits = limits
    self.backoff = backoff
    slots = Array(repeating: .empty, count: limits.connections)
  }

  /// How many wait.
  var waiting: Int { queue.count - withdrawn }

  /// When the first of the queue gives up, or the queue becomes a standing one.
  var nextDeadline: MonotonicTime? {
    guard let first = queue.first else { return nil }
    let standing = standingSince.advanced(by: limits.standingAfter)
    let impatient = max(standing, first.since.advanced(by: limits.standingPatience))
    return min(first.since.advanced(by: limits.patience), impatient)
  }

  // MARK: Requests

  /// Asks for a connection, the preferred one if it has room, otherwise the one with the least to do; those that are
  /// slow get nothing more. `connect` names a slot in which a connection is to be opened.
  mutating func acquire(
    at now: MonotonicTime, preferring preferred: Int? = nil, isSlow: (Int) -> Bool = { _ in false }
  ) -> (grant: Grant, connect: Int?) {
    if let slot = preferred.flatMap({ hasRoom($0) && !isSlow($0) ? $0 : nil }) ?? leastLoaded(isSlow),
      case .open(let load) = slots[slot]
    {
      let connect = load > 0 ? claimSlot(at: now) : nil
      slots[slot] = .open(load: load + 1)
      return (.granted(slot: slot), connect)
    }
    if let retryAt, !hasOpenSlot { return (.refusedAsDown(until: retryAt), nil) }
    let connect = claimSlot(at: now)
    return (waiting < limits.waiters ? .mayQueue : .refusedAsFull, connect)
  }

  /// A number for ``enqueue(_:ticket:at:)`` and ``withdraw(_:)``.
  mutating func ticket() -> UInt64 {
    tickets += 1
    return tickets
  }

  /// Puts someone into the queue who was told that it may.
  mutating func enqueue(_ waiter: Waiter, ticket: UInt64 = 0, at now: MonotonicTime) {
    if queue.isEmpty { standingSince = now }
    queue.append(Queued(ticket: ticket, waiter: waiter, since: now))
  }

  /// Takes someone out of the queue; nil when it is not there any more.
  mutating func withdraw(_ ticket: UInt64) -> Waiter? {
    var found: Waiter?
    queue.mutateFirst(where: { $0.ticket == ticket && $0.waiter != nil }) { queued in
      found = queued.waiter
      queued.waiter = nil
    }
    if found != nil { withdrawn += 1 }
    dropWithdrawn()
    return found
  }

  /// Takes a connection back; the waiter who gets it next, if one waits and the connection is not slow.
  mutating func released(_ slot: Int, isSlow: Bool = false) -> Waiter? {
    guard case .open(let load) = slots[slot] else { return nil }
    if !isSlow, let next = next() { return next }
    slots[slot] = .open(load: load - 1)
    return nil
  }

  /// After ``released(_:isSlow:)`` of a connection that is not slow: others who may use it beside.
  mutating func admitted(_ slot: Int) -> [Waiter] {
    var admitted: [Waiter] = []
    // A few at a time: the answers to these tell whether there is room for more.
    while admitted.count < 8, case .open(let load) = slots[slot], load < limits.sharing, let next = next() {
      slots[slot] = .open(load: load + 1)
      admitted.append(next)
    }
    return admitted
  }

  /// Takes those out of the queue whose patience is at its end.
  mutating func expired(at now: MonotonicTime) -> [Waiter] {
    var expired: [Waiter] = []
    while let deadline = nextDeadline, deadline <= now, let next = next() { expired.append(next) }
    return expired
  }

  private mutating func next() -> Waiter? {
    dropWithdrawn()
    defer { dropWithdrawn() }
    return queue.popFirst()?.waiter
  }

  /// The first of the queue is always one that waits.
  private mutating func dropWithdrawn() {
    while withdrawn > 0, let first = queue.first, first.waiter == nil {
      _ = queue.popFirst()
      withdrawn -= 1
    }
  }

  /// Empties the queue.
  mutating func takeAll() -> [Waiter] {
    var all: [Waiter] = []
    while let next = next() { all.append(next) }
    return all
  }

  // MARK: Connections

  /// A connection is open; the waiters who get it.
  mutating func connected(_ slot: Int) -> [Waiter] {
    backoff.succeeded()
    retryAt = nil
    var granted: [Waiter] = []
    while granted.count < limits.sharing, let next = next() { granted.append(next) }
    slots[slot] = .open(load: granted.count)
    return granted
  }

  /// An attempt to connect failed. Waiters stay while another connection is open; otherwise they are handed
  /// back to be refused. ``retryIsDue(at:)`` is to be called after `retryAfter`.
  mutating func connectFailed(
    _ slot: Int, at now: MonotonicTime, random: Double
  ) -> (refused: [Waiter], retryAfter: Duration) {
    slots[slot] = .empty
    return (hasOpenSlot ? [] : takeAll(), delayNextAttempt(at: now, random: random))
  }

  /// An open connection is gone. When it was the last, requests are refused until a new one is open, which
  /// is tried after `retryAfter`: at once, a server that accepts and then drops would keep everyone busy.
  mutating func lost(
    _ slot: Int, at now: MonotonicTime, random: Double
  ) -> (refused: [Waiter], retryAfter: Duration?) {
    slots[slot] = .empty
    guard !hasOpenSlot else { return ([], nil) }
    return (takeAll(), delayNextAttempt(at: now, random: random))
  }

  /// An open connection was closed on purpose, which says nothing against the server: who waits goes on waiting. The
  /// slot to open for them.
  mutating func discarded(_ slot: Int, at now: MonotonicTime) -> Int? {
    slots[slot] = .empty
    return waiting > 0 ? claimSlot(at: now) : nil
  }

  /// The time to try again has come: the slot to open, unless a connection is open or being opened.
  mutating func retryIsDue(at now: MonotonicTime) -> Int? {
    guard let retryAt, retryAt <= now, slots.allSatisfy(\.isEmpty) else { return nil }
    slots[0] = .connecting
    return 0
  }

  // MARK: Choosing

  private var hasOpenSlot: Bool { slots.contains(where: \.isOpen) }

  private mutating func delayNextAttempt(at now: MonotonicTime, random: Double) -> Duration {
    // Attempts that run side by side and fail together count once.
    if let retryAt, retryAt > now { return retryAt.since(now) }
    let delay = backoff.failed(random: random)
    retryAt = now.advanced(by: delay)
    return delay
  }

  private func hasRoom(_ slot: Int) -> Bool {
    if case .open(let load) = slots[slot] { load < limits.sharing } else { false }
  }

  private func leastLoaded(_ isSlow: (Int) -> Bool) -> Int? {
    var best: (slot: Int, load: Int)?
    for (slot, state) in slots.enumerated() {
      if case .open(let load) = state, load < (best?.load ?? limits.sharing), !isSlow(slot) {
        best = (slot, load)
      }
    }
    return best?.slot
  }

  /// An empty slot to connect, unless an attempt failed just now or those under way will do for the queue.
  private mutating func claimSlot(at now: MonotonicTime) -> Int? {
    if let retryAt, retryAt > now { return nil }
    let attempts = slots.count(where: \.isConnecting)
    guard attempts == 0 || attempts * limits.sharing <= waiting,
      let empty = slots.firstIndex(where: \.isEmpty)
    else { return nil }
    slots[empty] = .connecting
    return empty
  }
}
