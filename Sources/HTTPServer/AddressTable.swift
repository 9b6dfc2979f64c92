internal import EventLoop

/// How many connections each client's address has, over all loops.
final class AddressTable: Sendable {
  private let counts = Lock<[UInt64: Int]>([:])

  /// Counts a connection; false, and nothing counted, when the address has as many as it may.
  func enter(_ address: UInt64, limit: Int) -> Bool {
    counts.withLock { counts in
      let count = counts[address, default: 0]
      guard count < limit else { return false }
      counts[address] = count + 1
      return true
    }
  }

  /// Takes back what ``enter(_:limit:)`` counted.
  func leave(_ address: UInt64) {
    counts.withLock { counts in
      guard let count = counts[address] else { return }
      // Nothing is kept of addresses that are gone.
      counts[address] = count > 1 ? count - 1 : nil
    }
  }
}
