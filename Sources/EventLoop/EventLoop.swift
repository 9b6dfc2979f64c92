internal import CLinux
internal import Glibc
public import Metrics

/// One thread that waits on an epoll set, runs timers, and is the executor of the tasks started on it.
///
/// A turn: wait for events, run their handlers, run due timers, run the jobs that are queued by then, run
/// the end-of-turn actions (which write what the turn produced, once). Everything but ``enqueue(_:)``,
/// ``execute(_:)`` and ``stop()`` belongs to the loop's own thread.
///
/// It is a `TaskExecutor` only, never an actor's executor: a continuation resumed by a handler then runs
/// in the same turn on the same thread, without a trip through another.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
  /// How many jobs one turn runs before it looks at the descriptors again.
  private static let jobsPerTurn = 1024
  /// For jobs, before others have their turn: some take a millisecond each.
  private static let timeForJobs = Duration.milliseconds(5)
  private static let eventsPerTurn = 256
  private static let wakeToken: UInt64 = .max

  /// The number of the loop in its group, from 0.
  public let index: Int
  private let epoll: Int32
  private let wakeDescriptor: Int32

  // Of the loop's thread alone.
  private var localJobs = Queue<UnownedJob>()
  private var watches: [Watch?] = []
  private var freeSlots: [Int] = []
  private var generation: UInt32 = 0
  private var endOfTurnActions: [() -> Void] = []
  var timers = TimerHeap()
  private var stopping = false
  /// When this turn began.
  public private(set) var turnStart = MonotonicTime.now()
  /// How long turns took: what becomes ready in one of them waits for its end.
  public let turns = Histogram()

  /// What other threads hand over.
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var work: [@Sendable () -> Void] = []
    var wakeIsPending = false
    var stop = false
  }
  private let inbox = Lock(Inbox())

  /// A loop that does not run yet. Throws ``SystemError`` when the kernel has no descriptors left.
  public init(index: Int = 0) throws(SystemError) {
    self.index = index
    epoll = clinux_epoll_create()
    guard epoll >= 0 else { throw SystemError(call: "epoll_create1", number: errno) }
    wakeDescriptor = clinux_eventfd()
    guard wakeDescriptor >= 0 else {
      let number = errno
      Glibc.close(epoll)
      throw SystemError(call: "eventfd", number: number)
    }
    guard clinux_epoll_control(epoll, 1, wakeDescriptor, clinux_epollin, Self.wakeToken) == 0 else {
      throw SystemError(call: "epoll_ctl", number: errno)
    }
  }

  deinit {
    Glibc.close(wakeDescriptor)
    Glibc.close(epoll)
  }

  /// The loop whose thread this is; nil on every other thread.
  public static var current: EventLoop? {
    guard let pointer = unsafe clinux_thread_value() else { return nil }
    return unsafe Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// True on the loop's own thread.
  public var isCurrent: Bool { unsafe clinux_thread_value() == Unmanaged.passUnretained(self).toOpaque() }

  /// Stops the program when called on another thread: loop-confined state would be raced for.
  public func preconditionIsCurrent() { precondition(isCurrent, "called off the event loop's thread") }

  // MARK: From any thread

  /// Queues a job of a task; called by the runtime.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      localJobs.append(job)
      return
    }
    let wake = inbox.withLock { inbox in
      inbox.jobs.append(job)
      return Self.claimWake(&inbox)
    }
    if wake { writeWake() }
  }

  /// Runs a closure on the loop's thread, in a later turn.
  public func execute(_ work: @escaping @Sendable () -> Void) {
    let wake = inbox.withLock { inbox in
      inbox.work.append(work)
      return Self.claimWake(&inbox)
    }
    if wake { writeWake() }
  }

  /// Ends ``run()`` once the jobs that are queued have run.
  public func stop() {
    let wake = inbox.withLock { inbox in
      inbox.stop = true
      return Self.claimWake(&inbox)
    }
    if wake { writeWake() }
  }

  private static func claimWake(_ inbox: inout Inbox) -> Bool {
    defer { inbox.wakeIsPending = true }
    return !inbox.wakeIsPending
  }

  private func writeWake() {
    var one: UInt64 = 1
    _ = unsafe Glibc.write(wakeDescriptor, &one, 8)
  }

  // MARK: On the loop

  /// Calls the handler whenever the descriptor is ready; throws ``SystemError`` of `epoll_ctl`.
  ///
  /// With `edgeTriggered` the handler is called once for each change and must read or write until the
  /// kernel says that it would block.
  public func watch(
    _ descriptor: Int32, for readiness: Readiness, edgeTriggered: Bool = false,
    handler: @escaping (Readiness) -> Void
  ) throws(SystemError) -> Watch {
    preconditionIsCurrent()
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
    } else {
      slot = watches.count
      watches.append(nil)
    }
    generation &+= 1
    let token = UInt64(generation) << 32 | UInt64(slot)
    let interest = readiness.rawValue | (edgeTriggered ? clinux_epollet : 0)
    guard clinux_epoll_control(epoll, 1, descriptor, interest, token) == 0 else {
      freeSlots.append(slot)
      throw SystemError(call: "epoll_ctl", number: errno)
    }
    let watch = Watch(loop: self, descriptor: descriptor, token: token, interest: interest, handler: handler)
    watches[slot] = watch
    return watch
  }

  func modifyWatch(_ descriptor: Int32, interest: UInt32, token: UInt64) {
    let result = clinux_epoll_control(epoll, 3, descriptor, interest, token)
    precondition(result == 0, "epoll_ctl on a watched descriptor: errno \(errno)")
  }

  func removeWatch(_ descriptor: Int32, token: UInt64) {
    let slot = Int(token & 0xFFFF_FFFF)
    _ = clinux_epoll_control(epoll, 2, descriptor, 0, 0)
    watches[slot] = nil
    freeSlots.append(slot)
  }

  /// Runs a closure at the end of this turn, after all its handlers and jobs; for writing once what a turn
  /// produced in many places.
  public func atEndOfTurn(_ action: @escaping () -> Void) {
    preconditionIsCurrent()
    endOfTurnActions.append(action)
  }

  /// Runs turns on this thread until ``stop()``.
  public func run() {
    unsafe clinux_set_thread_value(Unmanaged.passUnretained(self).toOpaque())
    defer { clinux_set_thread_value(nil) }
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsPerTurn)
    defer { unsafe events.deallocate() }
    while !stopping {
      let count = unsafe epoll_wait(epoll, events, Int32(Self.eventsPerTurn), waitMilliseconds())
      turnStart = .now()
      if count < 0 { precondition(errno == EINTR, "epoll_wait: errno \(errno)") }
      for position in 0..<Int(max(0, count)) {
        let event = unsafe events[position]
        unsafe dispatch(token: event.data.u64, readiness: Readiness(rawValue: event.events))
      }
      runTimers()
      runJobs()
      runEndOfTurn()
      turns.observe(MonotonicTime.now().nanoseconds - turnStart.nanoseconds)
    }
  }

  private func dispatch(token: UInt64, readiness: Readiness) {
    guard token != Self.wakeToken else { return takeInbox() }
    let slot = Int(token & 0xFFFF_FFFF)
    // An event of a watch that was cancelled earlier in this turn is stale.
    guard slot < watches.count, let watch = watches[slot], watch.token == token else { return }
    watch.handler(readiness)
  }

  private func takeInbox() {
    var counter: UInt64 = 0
    _ = unsafe Glibc.read(wakeDescriptor, &counter, 8)
    let taken = inbox.withLock { inbox in
      defer { inbox = Inbox() }
      return inbox
    }
    for job in taken.jobs { localJobs.append(job) }
    for work in taken.work { work() }
    if taken.stop { stopping = true }
  }

  private func runTimers() {
    while let earliest = timers.earliest, earliest <= turnStart, let entry = timers.removeEarliest() {
      entry.timer.entryIsDue(entry.time, now: turnStart)
    }
  }

  private func runJobs() {
    let executor = unsafe asUnownedTaskExecutor()
    let end = MonotonicTime.now().advanced(by: Self.timeForJobs)
    for _ in 0..<Self.jobsPerTurn {
      guard let job = localJobs.popFirst() else { return }
      unsafe job.runSynchronously(on: executor)
      guard MonotonicTime.now() < end else { return }
    }
  }

  private func runEndOfTurn() {
    // An action may queue a job or another action; those belong to this turn too, within reason.
    for _ in 0..<4 where !endOfTurnActions.isEmpty {
      let actions = endOfTurnActions
      endOfTurnActions = []
      for action in actions { action() }
      runJobs()
    }
  }

  private func waitMilliseconds() -> Int32 {
    if !localJobs.isEmpty || !endOfTurnActions.isEmpty { return 0 }
    guard let earliest = timers.earliest else { return -1 }
    let nanoseconds = earliest.nanoseconds - MonotonicTime.now().nanoseconds
    return nanoseconds <= 0 ? 0 : Int32(min(nanoseconds / 1_000_000 + 1, 60_000))
  }
}
