extension ColumnMapping {
  /// Finds fields by the names that columns usually have, whatever their case and punctuation.
  ///
  /// Where a field has several columns, they are looked at in the order of the names below.
  public init(recognising header: [String]) throws(ImportError) {
    let keys = header.map(Self.key)
    var assignments: [Assignment] = []
    var taken: Set<Int> = []
    for (field, names) in Self.usualNames {
      var columns: [Column] = []
      for name in names {
        for index in header.indices where keys[index] == name && taken.insert(index).inserted {
          columns.append(Column(index: index, name: header[index]))
        }
      }
      if !columns.isEmpty { assignments.append(Assignment(field: field, columns: columns)) }
    }
    for index in header.indices where !taken.contains(index) {
      let field = ImportField(header[index])
      guard let field, field != .ignore, !assignments.contains(where: { $0.field == field }) else { continue }
      assignments.append(Assignment(field: field, columns: [Column(index: index, name: header[index])]))
    }
    try self.init(assignments, of: header)
  }

  /// A name reduced to its lower-case letters and digits.
  private static func key(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  private static let usualNames: [(ImportField, [String])] = [
    (
      .reference,
      ["reference", "recordreference", "bookid", "recordid", "productid", "externalid", "id", "ref"]
    ),
    (.isbn, ["isbn", "isbn10", "isbn13", "ean", "ean13", "gtin13", "barcode"]),
    (.title, ["title", "booktitle", "producttitle", "name"]),
    (.subtitle, ["subtitle"]),
    (
      .contributors,
      ["contributors", "contributor", "authors", "author", "authornames", "authorname", "creators"]
    ),
    (.publisher, ["publisher", "publishername", "imprint"]),
    (.productForm, ["productform", "binding", "format"]),
    (.language, ["language", "languagecode", "lang"]),
    (
      .publicationDate,
      [
        "publicationdate", "datepublished", "publishdate", "pubdate", "published", "publicationyear",
        "yearpublished", "originalpublicationyear", "year",
      ]
    ),
    (.onSaleDate, ["onsaledate", "onsale", "embargodate", "streetdate"]),
    (.price, ["price", "listprice", "retailprice", "rrp", "msrp"]),
    (.currency, ["currency", "currencycode", "pricecurrency"]),
    (.quantity, ["quantity", "qty", "onhand", "quantityonhand", "copies", "stock"]),
    (.location, ["location", "locationcode", "store", "branch"]),
    (.identifier("goodreads"), ["goodreadsbookid", "goodreadsid"]),
    (.identifier("asin"), ["asin"]),
    (.identifier("oclc"), ["oclc", "oclcnumber"]),
    (.identifier("lccn"), ["lccn"]),
  ]
}
