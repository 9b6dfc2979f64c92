internal import Inventory

/// What files call the forms of books.
enum ProductFormCell {
  /// A code of ONIX list 150, or one of the usual English words for the most frequent of them.
  static func read(_ cell: String) throws(InvalidValue) -> ProductForm {
    try ProductForm(codes[cell.lowercased().filter { $0.isLetter }] ?? cell)
  }

  private static let codes = [
    "hardcover": "BB", "hardback": "BB", "paperback": "BC", "softcover": "BC", "softback": "BC",
    "massmarketpaperback": "BC", "tradepaperback": "BC", "ebook": "EA", "kindleedition": "EA",
    "audiobook": "AA",
    "audiocd": "AC",
  ]
}
