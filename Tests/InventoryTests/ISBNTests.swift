import Inventory
import Testing

@Suite("ISBN")
struct ISBNTests {
  static let spellings: [(String, String)] = [
    ("80-7203-717-X", "9788072037179"),
    ("80-7203-717-x", "9788072037179"),
    ("080442957X", "9780804429573"),
    ("4873113369", "9784873113364"),
    ("9781960957030", "9781960957030"),
    ("7309044622", "9787309044621"),
    ("9798833029008", "9798833029008"),
    ("978-0-439-02348-1", "9780439023481"),
    ("978 0 439 02348 1", "9780439023481"),
    ("  9780439023481\t\n", "9780439023481"),
    ("978\u{2010}0\u{2011}439\u{2012}02348\u{2013}1", "9780439023481"),
    ("978\u{2014}0\u{2015}439\u{2212}02348\u{FE58}1", "9780439023481"),
    ("978\u{FE63}0\u{FF0D}439\u{AD}02348\u{2043}1", "9780439023481"),
    ("978\u{A0}0\u{2009}439\u{202F}02348\u{3000}1", "9780439023481"),
    ("\u{FEFF}\u{202A}9780439023481\u{202C}\u{200B}", "9780439023481"),
    ("ISBN 0439023483", "9780439023481"),
    ("isbn:0439023483", "9780439023481"),
    ("ISBN-10: 0-439-02348-3", "9780439023481"),
    ("ISBN-10 0-439-02348-3", "9780439023481"),
    ("ISBN-13: 978-0-439-02348-1", "9780439023481"),
    ("ISBN-13 978-0-439-02348-1", "9780439023481"),
    ("ISBN13 9780439023481", "9780439023481"),
    ("Isbn\u{2013}13:9780439023481", "9780439023481"),
    ("urn:isbn:9780439023481", "9780439023481"),
    ("URN:ISBN:0-439-02348-3", "9780439023481"),
    ("ISBN 1-86197-876-6", "9781861978769"),
    ("978043902348150995", "9780439023481"),
    ("9780439023481 50995", "9780439023481"),
  ]

  @Test("is read in every spelling and becomes 13 digits", arguments: spellings)
  func spelling(text: String, digits: String) throws {
    #expect(try ISBN(text).digits == digits)
  }

  static let refusals: [(String, String)] = [
    ("", "wrong-length"),
    ("ISBN", "wrong-length"),
    ("ISBN 10-", "wrong-length"),
    ("97804390234", "wrong-length"),
    ("97804390234811", "wrong-length"),
    ("978043902348150", "wrong-length"),
    ("487311336X", "bad-check-digit"),
    ("9780439023482", "bad-check-digit"),
    ("0439023484", "bad-check-digit"),
    ("9790060115615", "not-an-isbn"),
    ("9770317847001", "not-an-isbn"),
    ("4006381333931", "not-an-isbn"),
    ("977031784700112345", "not-an-isbn"),
    ("978043902348X", "bad-character"),
    ("08044X957X", "bad-character"),
    ("0439o23483", "bad-character"),
    ("9.78043902348e+12", "bad-character"),
    ("978:0439023481", "bad-character"),
    ("978043902348\u{0661}", "bad-character"),
    ("bk_01jd9k3v7rf8mb2q5w0x4z6y1a", "bad-character"),
    (String(repeating: "-", count: 101), "too-long"),
  ]

  @Test("that is none is refused with the reason", arguments: refusals)
  func refusal(text: String, code: String) {
    #expect(invalid { () throws(InvalidValue) in _ = try ISBN(text) }?.code == code)
  }

  @Test(
    "with a wrong check digit says which would be right",
    arguments: [("9780439023482", "1"), ("487311336X", "9"), ("8072037170", "X")])
  func rightDigit(text: String, digit: String) throws {
    let error = try #require(invalid { () throws(InvalidValue) in _ = try ISBN(text) })
    #expect(error.detail.hasSuffix("the last must be \(digit)."))
    #expect(error.detail.contains(text))
  }

  @Test("says what an ISMN and an ISSN are")
  func otherNumbers() {
    #expect(
      invalid { () throws(InvalidValue) in _ = try ISBN("9790060115615") }?.detail.contains("ISMN") == true)
    #expect(
      invalid { () throws(InvalidValue) in _ = try ISBN("9770317847001") }?.detail.contains("ISSN") == true)
  }

  @Test(
    "has a form of ten characters only within 978",
    arguments: [
      ("9788072037179", "807203717X"), ("9780439023481", "0439023483"), ("9787309044621", "7309044622"),
      ("9798833029008", nil),
    ])
  func tenCharacters(digits: String, ten: String?) throws {
    #expect(try ISBN(digits).isbn10 == ten)
  }

  @Test("detects every change of one digit of 13", arguments: ["9780439023481", "9798833029008"])
  func singleChanges(digits: String) {
    for position in digits.indices {
      for other in "0123456789" where other != digits[position] {
        var changed = digits
        changed.replaceSubrange(position...position, with: String(other))
        let error = invalid { () throws(InvalidValue) in _ = try ISBN(changed) }
        #expect(error != nil, "\(changed)")
      }
    }
  }

  @Test(
    "detects every change and every swap of neighbours in the form of ten",
    arguments: ["807203717X", "0439023483"])
  func tenChanges(text: String) {
    let characters = Array(text)
    for position in characters.indices {
      for other in "0123456789X" where other != characters[position] {
        var changed = characters
        changed[position] = other
        #expect(
          invalid { () throws(InvalidValue) in _ = try ISBN(String(changed)) } != nil, "\(String(changed))")
      }
      if position > 0, characters[position] != characters[position - 1] {
        var swapped = characters
        swapped.swapAt(position, position - 1)
        #expect(
          invalid { () throws(InvalidValue) in _ = try ISBN(String(swapped)) } != nil, "\(String(swapped))")
      }
    }
  }

  @Test("survives the way to ten characters and back")
  func roundTrip() throws {
    var random = SplitMix(seed: 7)
    for _ in 0..<500 {
      let stem = "978" + String(100_000_000 + Int(random.next() % 900_000_000))
      let isbn = try #require((0...9).lazy.compactMap { try? ISBN(stem + String($0)) }.first)
      let ten = try #require(isbn.isbn10)
      #expect(try ISBN(ten) == isbn)
    }
  }
}
