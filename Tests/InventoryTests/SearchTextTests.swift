import Foundation
import Inventory
import Testing

@Suite("Search text")
struct SearchTextTests {
  static let examples: [(String, [String])] = [
    ("", []), ("  -- !? ", []), ("The Hunger Games", ["the", "hunger", "games"]),
    ("The Hunger Games (The Hunger Games, #1)", ["the", "hunger", "games", "the", "hunger", "games", "1"]),
    ("don't", ["dont"]), ("Don’t Stop", ["dont", "stop"]), ("rock 'n' roll", ["rock", "n", "roll"]),
    ("dogs' 'tis", ["dogs", "tis"]), ("L'Étranger", ["letranger"]), ("O‘Brien", ["obrien"]),
    ("J.K. Rowling", ["j", "k", "rowling"]), ("twenty-one", ["twenty", "one"]), ("1984", ["1984"]),
    ("Straße", ["strasse"]), ("STRASSE", ["strasse"]), ("GROẞ", ["gross"]), ("smørrebrød", ["smorrebrod"]),
    ("Łódź", ["lodz"]), ("Þórður", ["thordur"]), ("Æsop œuvre", ["aesop", "oeuvre"]),
    ("İstanbul", ["istanbul"]),
    ("ılık", ["ilik"]), ("Đặng Thùy Trâm", ["dang", "thuy", "tram"]), ("ﬁnal oﬃce", ["final", "office"]),
    ("Ｆｕｌｌ　Ｗｉｄｔｈ１２", ["full", "width12"]), ("E=mc²", ["e", "mc2"]), ("№ 5", ["5"]),
    ("ΟΔΎΣΣΕΙΑ Ὀδύσσεια ὅμηρος", ["οδυσσεια", "οδυσσεια", "ομηροσ"]), ("ΌΜΗΡΟΣ", ["ομηροσ"]),
    ("Ёлка Йод", ["елка", "иод"]), ("Київ", ["киів"]), ("١٩٨٤ १९८४", ["1984", "1984"]),
    ("קֹהֶלֶת", ["קהלת"]), ("القُرْآن", ["القران"]), ("हिन्दी", ["हिन्दी"]),
    ("魔法の石", ["魔", "法", "の", "石"]), ("Tokyo東京 2020", ["tokyo", "東", "京", "2020"]),
    ("ﾊﾘｰ・ポッター", ["ハ", "リ", "ー", "ポ", "ッ", "タ", "ー"]), ("한국어 책", ["한국어", "책"]),
    ("soft\u{AD}hyphen zero\u{200D}width", ["softhyphen", "zerowidth"]), ("a\u{0}b", ["a", "b"]),
    ("C++ & C#", ["c", "c"]), ("naïve café", ["naive", "cafe"]), ("😀 emoji", ["emoji"]),
  ]

  @Test("is split and folded", arguments: examples)
  func words(text: String, expected: [String]) {
    #expect(SearchText.words(of: text) == expected)
  }

  @Test("gives the same words for composed and decomposed text", arguments: examples)
  func normalization(text: String, expected: [String]) {
    #expect(SearchText.words(of: text.decomposedStringWithCanonicalMapping) == expected)
    #expect(SearchText.words(of: text.precomposedStringWithCanonicalMapping) == expected)
  }

  @Test("folds every letter of the covered scripts alike, composed and decomposed")
  func everyLetter() {
    let ranges: [ClosedRange<UInt32>] = [
      0xC0...0x24F, 0x370...0x52F, 0x5D0...0x6FF, 0x900...0xDFF, 0x1E00...0x1FFF, 0x3041...0x30FF,
      0xAC00...0xD7A3, 0xFB1D...0xFB4F,
    ]
    for scalar in ranges.joined().compactMap(Unicode.Scalar.init) {
      let composed = "a" + String(scalar)
      let decomposed = composed.decomposedStringWithCanonicalMapping
      if SearchText.words(of: composed) != SearchText.words(of: decomposed) {
        Issue.record("U+\(String(scalar.value, radix: 16)): \(SearchText.words(of: composed))")
      }
    }
  }

  @Test("stays as it is when folded again", arguments: examples)
  func idempotence(text: String, expected: [String]) {
    #expect(SearchText.words(of: expected.joined(separator: " ")) == expected)
  }

  @Test("cuts a word at 64 characters, in documents as in queries")
  func longWords() throws {
    let long = String(repeating: "ä", count: 70)
    #expect(SearchText.words(of: long) == [String(repeating: "a", count: 64)])
    #expect(try SearchText.query(long) == [.init(text: String(repeating: "a", count: 64), isPrefix: false)])
  }

  @Test("A query is the words, those before an asterisk as beginnings")
  func query() throws {
    #expect(
      try SearchText.query("Har* poTTer, potter") == [
        .init(text: "har", isPrefix: true), .init(text: "potter", isPrefix: false),
      ])
    #expect(try SearchText.query("caf\u{65}\u{301}*") == [.init(text: "cafe", isPrefix: true)])
    #expect(try SearchText.query("* wars *") == [.init(text: "wars", isPrefix: false)])
  }

  @Test(
    "A query that is an ISBN is one word",
    arguments: ["978-0-439-02348-1", "0439023483", "ISBN 0-439-02348-3"])
  func isbnQuery(text: String) throws {
    #expect(try SearchText.query(text) == [.init(text: "9780439023481", isPrefix: false)])
  }

  @Test("A query without words, or with too many, is refused")
  func refusedQueries() throws {
    for text in ["", " ", "***", "-!-"] {
      #expect(invalid { () throws(InvalidValue) in _ = try SearchText.query(text) }?.code == "no-words")
    }
    let sixteen = (0..<16).map { "w\($0)" }
    #expect(try SearchText.query(sixteen.joined(separator: " ")).count == 16)
    #expect(try SearchText.query((sixteen + sixteen).joined(separator: " ")).count == 16)
    let seventeen = (sixteen + ["more"]).joined(separator: " ")
    #expect(
      invalid { () throws(InvalidValue) in _ = try SearchText.query(seventeen) }?.code == "too-many-words")
  }

  @Test("A sort key is the words with single spaces, at most 256 bytes")
  func sortKey() {
    #expect(SearchText.sortKey("  The   “Étranger”, 2nd ed. ") == "the etranger 2nd ed")
    #expect(SearchText.sortKey("!?") == "")
    let long = SearchText.sortKey(String(repeating: "石 a", count: 300))
    #expect((253...256).contains(long.utf8.count))
    #expect(!long.unicodeScalars.contains("\u{FFFD}"))
  }

  @Test("A document has every searchable word of a book once")
  func document() throws {
    var book = BookDetails(title: "L'Étranger: The Stranger")
    book.isbn = try ISBN("080442957X")
    book.subtitle = "The novel"
    book.contributors = [
      Contributor(role: .author, name: "J.R.R. Tolkien"),
      Contributor(role: .translator, name: "Flannery O'Connor"),
    ]
    book.publisher = "Éditions Gallimard"
    book.subjects = [Subject(scheme: .bisac, code: "FIC019000", main: true)]
    #expect(
      SearchText.document(of: book)
        == "9780804429573 080442957x letranger l etranger the stranger novel j r tolkien jrr flannery oconnor o connor"
        + " editions gallimard fic019000")
  }

  @Test("A document of the largest book stays bounded")
  func largeDocument() {
    var book = BookDetails(title: String(repeating: "x", count: 1000))
    book.contributors = (0..<200).map { number in
      Contributor(role: .author, name: (0..<50).map { "name\(number)x\($0)" }.joined(separator: " "))
    }
    let document = SearchText.document(of: book)
    #expect((32_000...32_768).contains(document.utf8.count))
  }
}
