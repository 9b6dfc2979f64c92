/// What a request needs most, and waits for: those of one lane do not wait for those of another.
public enum Lane: Int, CaseIterable, Sendable {
  /// Short reads.
  case read
  /// Reads that may take long.
  case list
  /// Changes.
  case change
}
