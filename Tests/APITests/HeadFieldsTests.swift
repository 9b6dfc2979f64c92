import Testing

@testable import API

@Suite("Fields of the request's head")
struct HeadFieldsTests {
  @Test(
    "Entity tags are read by RFC 9110, §8.8.3",
    arguments: [
      (["*"], "any"), ([" * "], "any"), (["\"1\""], "\"1\""), (["W/\"1\""], "W/\"1\""),
      (["\"1\" , \"2\""], "\"1\" \"2\""), (["\"a,b\""], "\"a,b\""), (["\"1\"", "\"2\""], "\"1\" \"2\""),
      ([",\"1\",,"], "\"1\""), (["\"\""], "\"\""), ([""], nil), (["1"], nil), (["\"1"], nil),
      (["\"1\"x"], nil),
      (["w/\"1\""], nil), (["*, \"1\""], nil), (["\"1\" \"2\""], nil),
    ] as [([String], String?)])
  func entityTags(values: [String], read: String?) {
    let text =
      switch EntityTagCondition(values) {
      case .any: "any"
      case .tags(let tags): tags.map { ($0.isWeak ? "W/" : "") + $0.text }.joined(separator: " ")
      case nil: nil as String?
      }
    #expect(text == read)
  }

  @Test(
    "Only strong tags that were made here have a version",
    arguments: [
      ("\"3\"", 3), ("\"3-0a1b\"", 3), ("W/\"3\"", nil), ("\"x\"", nil), ("\"\"", nil), ("\"-3\"", nil),
      ("\"99999999999999999999\"", nil),
    ] as [(String, Int64?)])
  func versions(tag: String, version: Int64?) {
    guard case .tags(let tags)? = EntityTagCondition([tag]) else {
      Issue.record("not a tag")
      return
    }
    #expect(tags.map(\.version) == [version])
  }

  @Test(
    "Accept is weighed by quality and by how specific a range is",
    arguments: [
      ([], "a/b"), (["*/*"], "a/b"), (["c/d"], "c/d"), (["C/D"], "c/d"), (["a/*;q=0.5, c/d"], "c/d"),
      (["a/b;q=0.3, c/d;q=0.3"], "a/b"), (["*/*, a/b;q=0"], "c/d"), (["a/b;q=0, c/*;q=0"], nil),
      (["x/y"], nil),
      (["x/y, */*;q=0.001"], "a/b"), (["a/b; q=1.5"], "a/b"), (["nonsense"], "a/b"),
      (["a/b;level=1, c/d;q=0.9"], "a/b"),
      (["x/y", "c/d"], "c/d"),
    ] as [([String], String?)])
  func accept(values: [String], type: String?) {
    #expect(MediaType.preferred(values, among: ["a/b", "c/d"]) == type)
  }

  @Test(
    "The key is what stands behind Bearer",
    arguments: [
      ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Bearer a b", "a b"), ("Bearer", nil),
      ("Bearer ", nil),
      ("Basic abc", nil), ("abc", nil), ("", nil),
    ] as [(String, String?)])
  func bearer(credentials: String, token: String?) {
    #expect(AccessControl.bearerToken(credentials) == token)
  }
}
