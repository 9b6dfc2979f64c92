internal import Glibc

/// Standard output for results, standard error for messages.
enum Output {
  /// Prints a result; the text ends with its own line break.
  static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Prints a line for people.
  static func message(_ text: String) { write("bookstore: \(text)\n", to: STDERR_FILENO) }

  /// Prints text for people as it is.
  static func rawMessage(_ text: String) { write(text, to: STDERR_FILENO) }

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var messagesAreOnTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
