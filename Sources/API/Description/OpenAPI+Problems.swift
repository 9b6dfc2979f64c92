internal import HTTP
internal import Inventory
internal import JSON

extension OpenAPI {
  /// A problem document as answers show it.
  static let problemSchema = Schema.named(
    "Problem",
    .object([
      Schema.Property("type", Schema.text(1...200).about("Where the code is explained."), isRequired: true),
      Schema.Property(
        "title", Schema.text(1...200).about("The same for every problem of a code."), isRequired: true),
      Schema.Property("status", .integer(400...599), isRequired: true),
      Schema.Property(
        "detail", Schema.text(1...2000).about("This occurrence, for people."), isRequired: true),
      Schema.Property("instance", Schema.text(1...65_535).about("The request's target."), isRequired: false),
      Schema.Property(
        "code", Schema.values(ProblemCode.allCases.map(\.rawValue)).about("Stable, for programs."),
        isRequired: true),
      Schema.Property("request_id", Schema.text(1...128).about("As in the log."), isRequired: true),
      Schema.Property(
        "errors",
        Schema.list(of: .named("FieldError", .object(errorProperties)), count: 1...Count.maximumLines)
          .about("Every part of the request that is wrong."), isRequired: false),
      Schema.Property(
        "twin",
        Schema.object([
          Schema.Property("id", .text(1...40), isRequired: true),
          Schema.Property("href", .text(1...100), isRequired: true),
        ]).about("With duplicate-…: what has it already."), isRequired: false),
      Schema.Property(
        "lines",
        Schema.list(of: .object(lineProperties), count: 1...Count.maximumLines)
          .about(
            "With refused quantities, such as insufficient-stock, held-stock, over-receipt: the lines at fault."
          ),
        isRequired: false),
      Schema.Property(
        "state", Schema.text(1...40).about("With invalid-state: the present state."), isRequired: false),
      Schema.Property("on_hand", Schema.copies.about("With book-has-stock."), isRequired: false),
      Schema.Property("held", Schema.copies.about("With book-has-stock."), isRequired: false),
    ]))

  private static let errorProperties = [
    Schema.Property(
      "pointer", Schema.text(0...2000).about("RFC 6901, into the content."), isRequired: false),
    Schema.Property("parameter", Schema.text(1...200).about("Of the path or the query."), isRequired: false),
    Schema.Property("header", Schema.text(1...200).about("A field of the request."), isRequired: false),
    Schema.Property("code", Schema.text(1...100).about("Stable, for programs."), isRequired: true),
    Schema.Property(
      "detail", Schema.text(1...2000).about("What is wrong and what would be right."), isRequired: true),
  ]

  private static let lineProperties = [
    Schema.Property(
      "index", Schema.integer(0...Int64(Count.maximumLines - 1)).about("From 0."), isRequired: true),
    Schema.Property("code", .text(1...100), isRequired: true),
    Schema.Property(
      "wanted", Schema.integer(-1_000_000_000...1_000_000_000).about("Copies asked for, or expected."),
      isRequired: true),
    Schema.Property("available", Schema.copies.about("What is there now."), isRequired: true),
  ]

  /// One example for every code.
  var problemExamples: [JSONMember] {
    ProblemCode.allCases.map { code in
      JSONMember(
        name: code.rawValue, value: ["summary": .string(code.entry.title), "value": Self.example(of: code)])
    }
  }

  /// What a problem of this code looks like.
  static func example(of code: ProblemCode) -> JSONValue {
    var problem = Problem(code, code.entry.explanation)
    switch code {
    case .invalidContent:
      problem.errors = [
        FieldError(
          .pointer("/isbn"), "bad-check-digit",
          "The check digit of 9780439023482 is wrong: if all others are right, the last must be 1."),
        FieldError(.pointer("/titel"), "unknown-member", "“titel” is not known here; did you mean “title”?"),
      ]
    case .invalidParameter:
      problem.errors = [
        FieldError(
          .parameter("in_stok"), "unknown-parameter", "“in_stok” is not known here; did you mean “in_stock”?")
      ]
    default: break
    }
    let response = problem.response(instance: "/v1/books", requestID: "7f3k9q2m5x8r1v4")
    guard case .bytes(let bytes) = response.content, let json = try? JSONValue(parsing: bytes) else {
      return .null
    }
    return json
  }
}
