/// What is wrong with a content, collected while it is read: a client should learn of all its mistakes at once.
///
/// Lives as long as one content is being read, on one task.
final class Issues {
  /// Beyond so many, an answer would only repeat itself.
  static let maximum = 100

  private(set) var errors: [FieldError] = []
  /// How many there were in all.
  private(set) var count = 0
  private var path: [Step] = []

  private enum Step {
    case name(String)
    case index(Int)
  }

  var isEmpty: Bool { count == 0 }

  /// Reports the value that is being read.
  func report(_ code: String, _ detail: String) {
    count += 1
    guard errors.count < Self.maximum else { return }
    errors.append(FieldError(.pointer(pointer), code, detail))
  }

  /// Reports a member of the value that is being read.
  func report(member: String, _ code: String, _ detail: String) {
    within(member) { report(code, detail) }
  }

  func within<Result>(_ name: String, _ body: () -> Result) -> Result {
    path.append(.name(name))
    defer { path.removeLast() }
    return body()
  }

  func within<Result>(_ index: Int, _ body: () -> Result) -> Result {
    path.append(.index(index))
    defer { path.removeLast() }
    return body()
  }

  /// RFC 6901: `~` and `/` inside a name are escaped.
  private var pointer: String {
    path.reduce(into: "") { text, step in
      text.append("/")
      switch step {
      case .index(let index): text.append(String(index))
      case .name(let name):
        for character in name.unicodeScalars {
          switch character {
          case "~": text.append("~0")
          case "/": text.append("~1")
          default: text.unicodeScalars.append(character)
          }
        }
      }
    }
  }
}
