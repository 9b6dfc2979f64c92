internal import CLinux
internal import Inventory

/// The clock of this machine.
struct SystemClock: Clock {
  func now() -> Instant { Instant(microseconds: clinux_realtime_microseconds()) }
}
