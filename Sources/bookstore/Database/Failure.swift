/// Why a command could not do its work; the program answers with exit code 1.
struct Failure: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
