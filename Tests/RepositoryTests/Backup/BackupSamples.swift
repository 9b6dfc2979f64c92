import Inventory
import Testing

/// Texts that a careless format would break.
private let texts = [
  "tab\there", "line\nbreak\r\nand return\r", "back\\slash \\N \\. \\t", "'single' \"double\" “curly”",
  "日本の本 Žluťoučký kůň 👩‍👩‍👧‍👦", "\u{8}\u{B}\u{C}\u{1}\u{7F}", "\\.", "\\N", "{\"json\": [1, null]}", " spaces ",
  "end {\"rows\":{}}", "e\u{301} \u{FEFF}\u{2028}",
]

extension BackupDatabase {
  /// Puts something into every table, nulls and awkward texts among it.
  func fill() async throws {
    try await withRepository { repository in
      var attic = LocationDetails(code: "attic", name: texts[0])
      attic.timeZone = "Europe/Prague"
      let location = try await repository.createLocation(attic)
      var lines: [AdjustmentLine] = []
      for (number, text) in texts.enumerated() {
        var details = BookDetails(title: "Title \(number) \(text)")
        details.subtitle = number.isMultiple(of: 2) ? text : nil
        details.contributors = [Contributor(role: .author, name: "L'Étranger J.R.R. \(text)")]
        details.publisher = number.isMultiple(of: 3) ? "Verlag \(text)" : nil
        details.subjects = [Subject(scheme: .keyword, code: "key \(number)", main: true)]
        details.metadata = ["note": text, "empty": ""]
        details.price =
          number.isMultiple(of: 4) ? nil : Money(amount: Int64(number), currency: try Currency("EUR"))
        if number == 0 { details.isbn = try ISBN("0-439-02348-3") }
        let (book, item) = try await repository.createBook(details, allowDuplicate: false)
        lines.append(line(item.id, Int64(number + 1)))
        lines.append(line(item.id, 5, at: "attic"))
        if number == 1 {
          let empty = try await repository.createBook(BookDetails(title: "Archived"), allowDuplicate: false).0
          _ = try await repository.archiveBook(empty.id, version: nil)
        }
        if number == 2 {
          var used = ItemDetails(sku: "used \(text)")
          used.condition = .good
          let item = try await repository.createItem(used, book: book.id)
          lines.append(line(item.id, 7))
        }
      }
      _ = try await repository.adjust(
        Adjustment(reason: .received, reference: texts[2], note: texts[1], actor: texts[4], lines: lines))
      if let first = lines.first {
        _ = try await repository.adjust(
          Adjustment(
            reason: .damaged, actor: "test",
            lines: [
              AdjustmentLine(
                item: first.item, location: .id(location.id), bucket: .damaged, change: .delta(2))
            ]))
      }
      let origin = Origin(actor: texts[5], requestID: texts[6])
      var reservation = ReservationRequest(
        reference: texts[7],
        lines: lines.prefix(3).map { HoldLine(item: $0.item, location: $0.location, quantity: 1) },
        origin: origin)
      reservation.note = texts[1]
      reservation.expiry = .after(microseconds: 3_600_000_000)
      _ = try await repository.reserve(
        reservation,
        once: Once(scope: texts[0], key: "key", fingerprint: "00ff") { _ in
          StoredAnswer(status: 201, location: nil, body: "{\"text\":\"\\n\"}")
        })
      _ = try await repository.createAPIKey(
        APIKeyRequest(
          name: "till", scopes: [.stockRead], locations: [.code("main")],
          secret: KeySecret(prefix: "bks_1", digest: "d"), actor: "test"))
      _ = try await repository.createTransfer(
        TransferRequest(
          from: .code("main"), to: .id(location.id), reference: texts[2], note: texts[9],
          lines: lines.prefix(1).map { ItemQuantity(item: $0.item, quantity: 1) }, origin: origin),
        once: nil)
      _ = try await repository.importBooks(
        [
          ImportRecord(
            sender: texts[0], reference: texts[2], fingerprint: "x", isbn: nil,
            merge: { _ in .success(BookDetails(title: "Imported")) }, quantity: 3, location: .code("main"))
        ], dryRun: false)
    }
  }
}
