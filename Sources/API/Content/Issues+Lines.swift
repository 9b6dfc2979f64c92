extension Issues {
  /// Reports lines of the content that say the same as an earlier one; `what` ends "name the same …".
  func reportRepeated<Key: Hashable>(_ keys: [Key], _ what: String) {
    var first: [Key: Int] = [:]
    for (index, key) in keys.enumerated() {
      guard let earlier = first[key] else {
        first[key] = index
        continue
      }
      within("lines") {
        within(index) {
          report(
            "duplicate-line",
            "/lines/\(earlier) and /lines/\(index) name the same \(what); make one line of them.")
        }
      }
    }
  }
}
