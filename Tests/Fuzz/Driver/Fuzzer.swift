import CFuzzer
import FuzzInvariants
import Glibc

/// libFuzzer on the target that BOOKSTORE_FUZZ_TARGET names; built and run by scripts/fuzz.
@main
enum Fuzzer {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments, testOneInput))
  }

  static let target: FuzzTarget = {
    let name = getenv("BOOKSTORE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      report("BOOKSTORE_FUZZ_TARGET must be one of \(names)")
      exit(2)
    }
    return target
  }()

  static func report(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// libFuzzer's own main, which is linked and not run, wants this name.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do throws(Violation) {
    try Fuzzer.target.check(Array(UnsafeBufferPointer(start: data, count: count)))
  } catch {
    Fuzzer.report("VIOLATION \(Fuzzer.target.rawValue): \(error.description)")
    abort()
  }
  return 0
}
