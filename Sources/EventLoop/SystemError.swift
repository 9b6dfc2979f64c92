internal import Glibc

/// A system call that failed.
public struct SystemError: Error, CustomStringConvertible, Sendable {
  /// The call, such as `bind`.
  public let call: String
  /// Its `errno`.
  public let number: Int32

  /// A failed call and its `errno`.
  public init(call: String, number: Int32) {
    self.call = call
    self.number = number
  }

  /// The call and the C library's text for the number.
  public var description: String {
    "\(call): \(unsafe String(cString: strerror(number)))"
  }
}
