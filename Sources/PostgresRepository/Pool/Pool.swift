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
    let waiter: Waiter
    let deadline: MonotonicTime
  }

  let limits: PoolLimits
  private var slots: [Slot]
  private var queue = Queue<Queued>()
  private var backoff: Backoff
  /// When the next attempt to connect may be made, after one that failed.
  private var retryAt: MonotonicTime?

  init(limits: PoolLimits, backoff: Backoff = Backoff()) {
    self.limits = limits
    self.backoff = backoff
    slots = Array(repeating: .empty, count: limits.connections)
  }

  /// How many wait.
  var waiting: Int { queue.count }

  /// When the first of the queue gives up.
  var nextDeadline: MonotonicTime? { queue.first?.deadline }

  // MARK: Requests

  /// Asks for a connection, the preferred one if it has room, otherwise the one with the least to do.
  /// `connect` names a slot in which a connection is to be opened.
  mutating func acquire(
    at now: MonotonicTime, preferring preferred: Int? = nil
  ) -> (grant: Grant, connect: Int?) {
    if let slot = preferred.flatMap({ hasRoom($0) ? $0 : nil }) ?? leastLoaded(),
      case .open(let load) = slots[slot]
    {
      let connect = load > 0 ? claimSlot(at: now) : nil
      slots[slot] = .open(load: load + 1)
      return (.granted(slot: slot), connect)
    }
    if let retryAt, !hasOpenSlot { return (.refusedAsDown(until: retryAt), nil) }
    let connect = claimSlot(at: now)
    return (queue.count < limits.waiters ? .mayQueue : .refusedAsFull, connect)
  }

  /// Puts someone into the queue who was told that it may.
  mutating func enqueue(_ waiter: Waiter, at now: MonotonicTime) {
    queue.append(Queued(waiter: waiter, deadline: now.advanced(by: limits.patience)))
  }

  /// Takes a connection back; the waiter who gets it next, if one waits.
  mutating func released(_ slot: Int) -> Waiter? {
    guard case .open(let load) = slots[slot] else { return nil }
    if let next = queue.popFirst() { return next.waiter }
    slots[slot] = .open(load: load - 1)
    return nil
  }

  /// Takes those out of the queue whose patience is at its end.
  mutating func expired(at now: MonotonicTime) -> [Waiter] {
    var expired: [Waiter] = []
    while let first = queue.first, first.deadline <= now, let removed = queue.popFirst() {
      expired.append(removed.waiter)
    }
    return expired
  }

  /// Empties the queue.
  mutating func takeAll() -> [Waiter] {
    var all: [Waiter] = []
    while let next = queue.popFirst() { all.append(next.waiter) }
    return all
  }

  // MARK: Connections

  /// A connection is open; the waiters who get it.
  mutating func connected(_ slot: Int) -> [Waiter] {
    backoff.succeeded()
    retryAt = nil
    var granted: [Waiter] = []
    while granted.count < limits.sharing, let next = queue.popFirst() { granted.append(next.waiter) }
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

  private func leastLoaded() -> Int? {
    var best: (slot: Int, load: Int)?
    for (slot, state) in slots.enumerated() {
      if case .open(let load) = state, load < (best?.load ?? limits.sharing) { best = (slot, load) }
    }
    return best?.slot
  }

  /// An empty slot to connect, unless an attempt failed just now or those under way will do for the queue.
  private mutating func claimSlot(at now: MonotonicTime) -> Int? {
    if let retryAt, retryAt > now { return nil }
    let attempts = slots.count(where: \.isConnecting)
    guard attempts == 0 || attempts * limits.sharing <= queue.count,
      let empty = slots.firstIndex(where: \.isEmpty)
    else { return nil }
    slots[empty] = .connecting
    return empty
  }
}
