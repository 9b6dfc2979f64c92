internal import HTTP
internal import Inventory
internal import JSON

/// Titles: `/v1/books`.
enum Books {
  static let routes = [
    Route(
      .post, "/v1/books", "createBook", tag: .books, summary: "Store a book",
      about: "Stores a book together with its item in condition new, whose SKU is the ISBN (or, without one, "
        + "the book's id), so that it can be stocked at once.",
      parameters: [expand.declaration], conditions: [.preferMinimal],
      body: Route.Body(mediaTypes: [MediaType.json], schema: input.schema, example: Examples.bookInput),
      answers: [.created(schema, "The book.", example: Examples.book, fields: [.location, .etag])],
      problems: [.duplicateISBN, .duplicateSKU], scope: .catalogWrite, handler: create),
    Route(
      .get, "/v1/books", "listBooks", tag: .books, summary: "List and search books",
      about: "Active books. Filters are combined with and. With Accept: text/csv or application/x-ndjson the "
        + "whole list is streamed, without limit, cursor and facets.",
      parameters: filters + [sort.declaration, expand.declaration, facets.declaration] + Lists.parameters,
      answers: [
        .ok(listSchema, "A page of books.", example: Lists.example(Examples.book), fields: [.link]),
        Route.Answer(
          status: .ok, about: "All books, one a line.", mediaType: MediaType.ndjson, schema: schema,
          example: nil, fields: []),
        Route.Answer(
          status: .ok, about: "All books, in RFC 4180 with a header line.", mediaType: MediaType.csv,
          schema: .text(0...Int.max), example: nil, fields: []),
      ], scope: .catalogRead, handler: list),
    Route(
      .get, "/v1/books/{book}", "getBook", tag: .books, summary: "Read a book",
      about: "By id, or by ISBN in any spelling: then the active book that has it.",
      parameters: [book, expand.declaration], conditions: [.ifNoneMatch],
      answers: [.ok(schema, "The book.", example: Examples.book, fields: [.etag]), .notModified],
      scope: .catalogRead, handler: read),
    Route(
      .patch, "/v1/books/{book}", "changeBook", tag: .books, summary: "Change a book",
      about: "A merge patch (RFC 7396): what is not named stays, null removes, lists are replaced. Without "
        + "If-Match the patch is applied to whatever the book is at.",
      parameters: [book, expand.declaration], conditions: [.ifMatch, .preferMinimal],
      body: Route.Body(
        mediaTypes: [MediaType.mergePatch, MediaType.json], schema: patchSchema,
        example: ["price": ["amount": 1199, "currency": "EUR"], "subtitle": nil]),
      answers: [
        .ok(schema, "The book as it is now.", example: Examples.changedBook, fields: [.etag]),
        .noContent("Changed; Prefer asked for no content.", fields: [.etag, .preferenceApplied]),
      ], problems: [.duplicateISBN, .bookArchived, .editConflict], scope: .catalogWrite, handler: change),
    Route(
      .delete, "/v1/books/{book}", "archiveBook", tag: .books, summary: "Archive a book",
      about:
        "Takes the book out of the catalogue; it stays readable by id, its ISBN and SKUs are free for others. "
        + "Refused while there are copies or holds. Archiving again changes nothing.",
      parameters: [book], conditions: [.ifMatch, .preferMinimal],
      answers: [
        .ok(schema, "The archived book.", example: Examples.archivedBook, fields: [.etag]),
        .noContent("Archived; Prefer asked for no content.", fields: [.etag, .preferenceApplied]),
      ], problems: [.bookHasStock, .editConflict], scope: .catalogWrite, handler: archive),
  ]

  private static let book = Parameter.path(
    "book", "The book's id or its ISBN in any spelling.", example: .string(Examples.isbn))

  private static let listSchema = Lists.schema(
    of: schema,
    adding: [
      Schema.Property(
        "facets",
        Schema.object(
          facetNames.map { Schema.Property($0, .list(of: facetCount, count: 0...20), isRequired: false) }
        ).about("With facets: the 20 most frequent values among all books of the list."), isRequired: false)
    ])

  private static let facetCount = Schema.named(
    "FacetCount",
    .object([
      Schema.Property("value", .text(0...1000), isRequired: true),
      Schema.Property("count", Schema.integer(1...Int64.max), isRequired: true),
    ]))
}
