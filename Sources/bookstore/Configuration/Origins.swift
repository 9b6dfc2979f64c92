/// Origins of web pages, as browsers write them: `https://shop.example, http://localhost:3000`, or `*` for all.
struct Origins: Hashable, Sendable {
  let list: [String]

  static let none = Origins(list: [])

  private init(list: [String]) { self.list = list }

  /// Nil when an element is no origin.
  init?(_ text: String) {
    let elements = text.split(separator: ",", omittingEmptySubsequences: false).map { element in
      String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard elements == ["*"] || elements.allSatisfy(Self.isOrigin) else { return nil }
    list = elements
  }

  /// A scheme, a host in lower case, and a port where it is not the scheme's own (RFC 6454 §6.2): browsers send no
  /// other form, so another one would never match.
  private static func isOrigin(_ text: String) -> Bool {
    guard
      let match = text.wholeMatch(of: /(https?):\/\/([a-z0-9.\-]+|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?/)
    else {
      return false
    }
    guard let port = match.3.flatMap({ Int($0) }) else { return match.3 == nil }
    return port <= 65_535 && port != (match.1 == "https" ? 443 : 80)
  }

  var text: String { list.joined(separator: ",") }
}
