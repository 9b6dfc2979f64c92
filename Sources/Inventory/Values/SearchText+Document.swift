extension SearchText {
  /// All searchable words of a book, without repetition, joined by single spaces; stored beside it.
  ///
  /// ISBN in both lengths, title, subtitle, contributors' names, publisher and subject codes. A word with an
  /// apostrophe can also be found by its parts (`L'Étranger` by `etranger`), initials also when written
  /// together (`J.R.R. Tolkien` by `jrr`). At most 32 KiB; words beyond are not found.
  public static func document(of book: BookDetails) -> String {
    var document = Document()
    if let isbn = book.isbn {
      document.append(isbn.digits)
      if let isbn10 = isbn.isbn10 { document.append(isbn10.lowercased()) }
    }
    document.append(wordsOf: book.title)
    if let subtitle = book.subtitle { document.append(wordsOf: subtitle) }
    for contributor in book.contributors { document.append(wordsOf: contributor.name, isName: true) }
    if let publisher = book.publisher { document.append(wordsOf: publisher) }
    for subject in book.subjects { document.append(wordsOf: subject.code) }
    return document.text
  }

  private struct Document {
    var text = ""
    private var seen: Set<String> = []

    mutating func append(wordsOf text: String, isName: Bool = false) {
      var initials = Initials()
      SearchTokenizer.forEachToken(of: text) { token in
        append(token.text)
        for part in token.parts { append(part) }
        if isName, let joined = initials.next(token) { append(joined) }
      }
      if isName, let joined = initials.end() { append(joined) }
    }

    mutating func append(_ word: String) {
      guard text.utf8.count + 1 + word.utf8.count <= maximumDocumentLength, seen.insert(word).inserted else {
        return
      }
      if !text.isEmpty { text += " " }
      text += word
    }
  }

  /// Joins words of one letter that follow each other.
  private struct Initials {
    private var letters: [String] = []

    /// Takes a word; gives the initials before it joined, if it ends a row of them.
    mutating func next(_ token: SearchTokenizer.Token) -> String? {
      guard !token.isIdeographic, token.text.unicodeScalars.count == 1 else { return end() }
      letters.append(token.text)
      return nil
    }

    mutating func end() -> String? {
      defer { letters = [] }
      return letters.count > 1 ? letters.joined() : nil
    }
  }
}
