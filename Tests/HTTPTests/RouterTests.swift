import HTTP
import Testing

@Suite("Router")
struct RouterTests {
  private let router: Router<String> = {
    var router = Router<String>()
    router.add(.get, "/", "root")
    router.add(.get, "/v1/books", "list")
    router.add(.post, "/v1/books", "create")
    router.add(.get, "/v1/books/{book}", "one")
    router.add(.delete, "/v1/books/{book}", "archive")
    router.add(.get, "/v1/books/special", "special")
    router.add(.get, "/v1/stock/{item}/{location}", "level")
    router.add(.get, "/v1/{anything}/special/x", "deep")
    return router
  }()

  private func match(_ method: HTTP.Method, _ path: String) -> String {
    switch router.match(method, Array(path.utf8)[...]) {
    case .found(let value, let parameters): "\(value)(\(parameters.joined(separator: "|")))"
    case .methodNotAllowed(let allow): "405 \(allow.map(\.rawValue).joined(separator: ","))"
    case .notFound: "404"
    case .badEncoding: "bad encoding"
    }
  }

  @Test(
    "a path leads where it was declared to lead",
    arguments: [
      (.get, "/", "root()"), (.get, "/v1/books", "list()"), (.head, "/v1/books", "list()"),
      (.get, "/v1/books/978", "one(978)"), (.get, "/v1/books/special", "special()"),
      (.get, "/v1/stock/a/b", "level(a|b)"), (.get, "/v1/books/special/x", "deep(books)"),
      (.get, "/v1/stock/a%2Fb/c%20d", "level(a/b|c d)"), (.get, "/v1/books/%C3%A9", "one(é)"),
      (.get, "/v1/books/+", "one(+)"),
      (.get, "/v1", "404"), (.get, "/v1/books/", "404"), (.get, "//", "404"), (.get, "*", "404"),
      (.get, "/v1/stock/a", "404"), (.get, "/V1/books", "404"), (.get, "/v1/books/a/b", "404"),
      (.get, "/v1/books/%", "bad encoding"), (.get, "/v1/books/%4", "bad encoding"),
      (.get, "/v1/books/%GG", "bad encoding"), (.get, "/v1/books/%C3", "bad encoding"),
      (.get, "/v1/books/%00", "bad encoding"), (.get, "/v1/books/%C0%AF", "bad encoding"),
      (.put, "/v1/books", "405 GET,HEAD,POST,OPTIONS"), (.post, "/v1/books/1", "405 GET,HEAD,DELETE,OPTIONS"),
    ] as [(HTTP.Method, String, String)])
  func paths(method: HTTP.Method, path: String, expected: String) {
    #expect(match(method, path) == expected)
  }

  @Test(
    "a query is read in order, decoded once",
    arguments: [
      ("", []), ("a", ["a", ""]), ("a=", ["a", ""]), ("a=b&c=d", ["a", "b", "c", "d"]),
      ("a=b+c%2Bd&&a=%26", ["a", "b c+d", "a", "&"]), ("price[lte]=5", ["price[lte]", "5"]),
      ("a=b=c", ["a", "b=c"]), ("%61=%2525", ["a", "%25"]),
    ])
  func query(text: String, expected: [String]) throws {
    let query = try #require(Query(Array(text.utf8)[...]))
    #expect(query.parameters.flatMap { [$0.name, $0.value] } == expected)
  }

  @Test("a query with a bad triplet or bad UTF-8 is none", arguments: ["a=%", "%zz", "a=%ff", "a=%00"])
  func badQuery(text: String) {
    #expect(Query(Array(text.utf8)[...]) == nil)
  }

  @Test("encoding and decoding are inverse")
  func roundTrip() {
    let text = "Käse & \"Brot\"/100% +~._-"
    let encoded = PercentEncoding.encode(text)
    #expect(encoded == "K%C3%A4se%20%26%20%22Brot%22%2F100%25%20%2B~._-")
    #expect(PercentEncoding.decode(Array(encoded.utf8)[...]) == text)
  }
}
