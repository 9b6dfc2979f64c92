import Foundation
import Testing

@testable import bookstore

@Suite("README")
struct ReadmeTests {
  /// The table of all settings as the README shows it; made here from the declarations.
  static var table: String {
    let rows = Setting.all.map { setting in
      let standard = setting.defaultText.isEmpty ? "–" : "`\(setting.defaultText)`"
      return
        "| `\(setting.name)` | \(setting.form.replacing("|", with: "\\|")) | \(standard) | \(setting.meaning) |"
    }
    return (["| variable | value | default | meaning |", "| --- | --- | --- | --- |"] + rows)
      .joined(separator: "\n")
  }

  @Test("its configuration table is what the declarations say")
  func configurationTable() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "README.md")
    var readme = try String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["BOOKSTORE_UPDATE_DOCS"] == "1" {
      let old = try #require(readme.firstMatch(of: /(\| variable \|(.*\n)*?)\n/)).output.1
      readme = readme.replacing(old, with: Self.table + "\n")
      try readme.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(readme.contains(Self.table), "run BOOKSTORE_UPDATE_DOCS=1 swift test --filter ReadmeTests")
  }
}
