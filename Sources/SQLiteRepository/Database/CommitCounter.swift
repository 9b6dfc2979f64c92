internal import Synchronization

/// How many groups this process has committed. A loop's snapshot that began at an older count may miss a write
/// that was already acknowledged, and is not used for another read.
final class CommitCounter: Sendable {
  private let value = Atomic(0)

  /// The count; whoever reads it before a snapshot begins knows what the snapshot at least contains.
  var present: Int { value.load(ordering: .acquiring) }

  /// Called after a commit and before anybody hears of it.
  func advance() { value.add(1, ordering: .acquiringAndReleasing) }
}
