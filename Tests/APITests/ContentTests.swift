import Inventory
import JSON
import Testing

@testable import API

@Suite("Reading contents")
struct ContentTests {
  @Test(
    "Merge patch does what RFC 7396, appendix A, shows",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
      (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
      (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
      (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
      ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
  func mergePatch(target: String, patch: String, result: String) throws {
    let merged = MergePatch.apply(
      try JSONValue(parsing: Array(patch.utf8)), to: try JSONValue(parsing: Array(target.utf8)))
    #expect(merged.compact == result)
  }

  /// Bodies in which every value is moved to each of these, one at a time.
  private static let probes: [JSONValue] = [
    nil, true, 0, -1, 1, 2_000_000_000_000, "", "a", "A", "new", "main", "9780439023481", "2008-09-14",
    "2008-09-14T00:00:00Z", "EUR", "en", "BC", "Europe/Vienna", .string(String(repeating: "x", count: 1001)),
    [], [1], ["signed"], [["a": 1]], [:], ["a": "b"], ["amount": 1, "currency": "EUR"],
    ["role": "author", "name": "x"], .number("1.5"),
  ]

  @Test("What a decoder takes, its schema allows: the document never refuses what the service takes")
  func decodersAgreeWithSchemas() {
    var taken = 0
    let policy: JSONValue = ["reorder_point": 1, "safety_stock": 2, "bin": "A"]
    let cases: [(AnyFormat, JSONValue)] = [
      (AnyFormat(Books.input), Examples.bookInput), (AnyFormat(Adjustments.input), Examples.adjustmentInput),
      (AnyFormat(Items.input), Examples.itemInput), (AnyFormat(Locations.details), Examples.locationInput),
      (AnyFormat(StockLevels.policy), policy),
    ]
    for (format, example) in cases {
      #expect(format.takes(example))
      for changed in Self.variants(of: example, probes: Self.probes) where format.takes(changed) {
        taken += 1
        #expect(format.schema.violations(changed) == [], "\(changed.compact)")
      }
    }
    #expect(taken > 50)
  }

  /// The value with each of its parts, however deep, replaced by each probe, and each member left out.
  private static func variants(of value: JSONValue, probes: [JSONValue]) -> [JSONValue] {
    switch value {
    case .object(let members):
      probes
        + members.indices.flatMap { index in
          variants(of: members[index].value, probes: probes).map { changed in
            var copy = members
            copy[index] = JSONMember(name: members[index].name, value: changed)
            return .object(copy)
          }
        }
        + members.indices.map { index in
          .object(members.enumerated().filter { $0.offset != index }.map(\.element))
        }
    case .array(let elements):
      probes
        + elements.indices.flatMap { index in
          variants(of: elements[index], probes: probes).map { changed in
            var copy = elements
            copy[index] = changed
            return .array(copy)
          }
        }
    default: probes
    }
  }

  @Test("At most a hundred errors are listed, and the count says how many there are")
  func manyErrors() async throws {
    try await withClient { client in
      let members = (0..<150).map { #""x\#($0)": 1"# }.joined(separator: ",")
      let response = try await client.post("/v1/books", #"{"title": "a", \#(members)}"#)
      #expect(response.errors.count == 100)
      #expect(response.text.contains("150 parts"))
    }
  }

  @Test(
    "A mistyped name gets the one that was meant, a strange one none",
    arguments: [
      ("titel", "title"), ("tilte", "title"), ("publsher", "publisher"), ("Title", "title"),
      ("isbn13", "isbn"),
      ("colour", nil), ("x", nil), ("quantity", nil), (String(repeating: "title", count: 1000), nil),
    ] as [(String, String?)])
  func closestName(name: String, meant: String?) {
    #expect(closest(to: name, in: ["isbn", "title", "publisher", "metadata"]) == meant)
  }

  @Test(
    "Distances count insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "axc", 1),
      ("kitten", "sitting", 3),
    ])
  func distances(left: String, right: String, distance: Int) {
    #expect(editDistance(Array(left.utf8), Array(right.utf8)) == distance)
  }
}

/// A format whatever it reads.
private struct AnyFormat {
  let schema: Schema
  let takes: (JSONValue) -> Bool

  init<Value>(_ format: Format<Value>) {
    schema = format.schema
    takes = { value in
      let issues = Issues()
      return format.read(value, issues) != nil && issues.isEmpty
    }
  }
}
