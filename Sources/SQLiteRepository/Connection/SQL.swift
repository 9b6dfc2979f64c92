internal import Synchronization

/// The text of one statement.
///
/// A literal is looked up by its text each time. What runs often is a constant made by ``constant(_:)``: it is
/// put together once and its prepared statement is found by number.
struct SQL: Sendable, ExpressibleByStringInterpolation {
  let text: String
  /// The place of a constant's prepared statement in every connection; nil for a text that is looked up.
  let number: Int?

  init(stringLiteral text: String) {
    self.text = text
    number = nil
  }

  private init(_ text: String, number: Int) {
    self.text = text
    self.number = number
  }

  private static let count = Atomic(0)

  /// A text that is the same in every call; to be kept in a `static let`.
  static func constant(_ text: String) -> SQL {
    SQL(text, number: count.add(1, ordering: .relaxed).oldValue)
  }
}
