internal import CLinux
internal import EventLoop
internal import Glibc
internal import Inventory

/// Where the program's records go: a buffer that one thread writes out, so that a reader of standard output
/// that is slow, or stands still, never holds up a request.
///
/// Records that the buffer has no room for are dropped, and the next ones that have room say how many.
final class Log: Sendable {
  private struct State {
    var encoder: LogEncoder
    var dropped: Int64 = 0
    /// The writing thread waits for the wake-up, not for the next interval.
    var writerSleeps = true
    var isClosing = false
  }

  /// How many bytes wait for the writer at most.
  private static let capacity = 1 << 20
  /// How long the writer collects records before it writes them.
  private static let interval: Int32 = 20
  /// How long ``close()`` waits for a reader that does not read.
  private static let closingTime: Int32 = 2000

  /// For failures that pass.
  let passingFailures = Lock(Throttle(limit: 10))
  private let level: LogLevel
  private let descriptor: Int32
  private let state: Lock<State>
  private let wake: Int32
  private let finished: Int32
  private let capacity: Int

  /// Starts the writing thread. `descriptor` is not closed. Throws ``SystemError``.
  init(
    level: LogLevel, format: LogFormat, descriptor: Int32 = STDOUT_FILENO, capacity: Int = Log.capacity
  ) throws(SystemError) {
    let isJSON = format == .json || format == .auto && isatty(descriptor) == 0
    self.level = level
    self.descriptor = descriptor
    self.capacity = capacity
    state = Lock(State(encoder: LogEncoder(isJSON: isJSON)))
    wake = clinux_eventfd()
    finished = clinux_eventfd()
    guard wake >= 0, finished >= 0 else { throw SystemError(call: "eventfd", number: errno) }
    _ = try Thread(name: "log") { [self] in writeUntilClosed() }
  }

  deinit {
    Glibc.close(wake)
    Glibc.close(finished)
  }

  /// Whether records of this level are written at all.
  func writes(_ level: LogLevel) -> Bool { level >= self.level }

  /// Adds a record, an audit record whatever its level; `fields` adds its fields. Never waits.
  func write(
    _ level: LogLevel, _ message: String, isAudit: Bool = false, fields: (inout LogEncoder) -> Void = { _ in }
  ) {
    guard isAudit || writes(level) else { return }
    let now = Instant(microseconds: clinux_realtime_microseconds())
    let wakesWriter = state.withLock { state in
      guard !state.isClosing else { return false }
      if state.dropped > 0 { Self.reportDropped(&state, capacity: capacity, now: now) }
      let fits =
        state.dropped == 0
        && Self.append(
          to: &state.encoder, capacity: capacity, level: level, message: message, now: now, fields: fields)
      if !fits { state.dropped += 1 }
      defer { state.writerSleeps = false }
      return state.writerSleeps
    }
    if wakesWriter { Self.signal(wake) }
  }

  private static func reportDropped(_ state: inout State, capacity: Int, now: Instant) {
    let dropped = state.dropped
    let fits = append(
      to: &state.encoder, capacity: capacity, level: .warning,
      message: "log records were dropped, since they are written faster than read", now: now
    ) { $0.field("dropped", dropped) }
    if fits { state.dropped = 0 }
  }

  private static func append(
    to encoder: inout LogEncoder, capacity: Int, level: LogLevel, message: String, now: Instant,
    fields: (inout LogEncoder) -> Void
  ) -> Bool {
    let start = encoder.bytes.count
    encoder.begin(level, message, at: now)
    fields(&encoder)
    encoder.end()
    guard encoder.bytes.count <= capacity else {
      encoder.cut(to: start)
      return false
    }
    return true
  }

  /// Writes what is in the buffer and ends the thread; later records are ignored. Returns after two seconds
  /// at the latest, even when nobody reads.
  func close() {
    state.withLock { $0.isClosing = true }
    Self.signal(wake)
    _ = Self.wait(for: finished, milliseconds: Self.closingTime)
  }

  // MARK: The writing thread

  private func writeUntilClosed() {
    var batch: [UInt8] = []
    var isClosing = false
    while !isClosing {
      let isEmpty = state.withLock { state in
        isClosing = state.isClosing
        if isClosing, state.dropped > 0 {
          let now = Instant(microseconds: clinux_realtime_microseconds())
          Self.reportDropped(&state, capacity: .max, now: now)
        }
        batch = state.encoder.take(leaving: batch)
        state.writerSleeps = batch.isEmpty
        return batch.isEmpty
      }
      if isEmpty {
        if !isClosing { _ = Self.wait(for: wake, milliseconds: -1) }
      } else {
        writeOut(batch)
        // Whatever comes meanwhile is written in one piece, without a wake-up for each record.
        if !isClosing { _ = Self.wait(for: wake, milliseconds: Self.interval) }
      }
    }
    Self.signal(finished)
  }

  private func writeOut(_ batch: [UInt8]) {
    var rest = batch[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno == EAGAIN {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, -1)
      } else if errno != EINTR {
        // Nobody can be told that nobody listens.
        return
      }
    }
  }

  private static func signal(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = unsafe Glibc.write(descriptor, &one, 8)
  }

  /// Waits for a signal and takes it.
  private static func wait(for descriptor: Int32, milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&request, 1, milliseconds) > 0 else { return false }
    var counter: UInt64 = 0
    _ = unsafe Glibc.read(descriptor, &counter, 8)
    return true
  }
}
