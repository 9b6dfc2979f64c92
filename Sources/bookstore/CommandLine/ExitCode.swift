/// How the program ends; every command's help lists the ones it uses.
enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  case failure = 1
  case usage = 2
  case rowsRejected = 3

  /// A few words for the help.
  var meaning: String {
    switch self {
    case .success: "done"
    case .failure: "failed; the reason is on standard error"
    case .usage: "the command line or a setting is wrong; nothing was done"
    case .rowsRejected: "done, but rows of the file were rejected"
    }
  }
}
