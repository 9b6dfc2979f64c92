import Inventory

/// An ISBN is 13 digits whose check digit is right by another computation, in whatever spelling it came.
enum ISBNInvariants {
  static func check(_ input: [UInt8]) throws(Violation) {
    let text = String(decoding: input, as: UTF8.self)
    switch Result(catching: { () throws(InvalidValue) in try ISBN(text) }) {
    case .success(let isbn): try checkTaken(isbn, text)
    case .failure(let error):
      try require(
        ["too-long", "bad-character", "wrong-length", "not-an-isbn", "bad-check-digit"].contains(error.code),
        "the code of a refusal is known: \(error.code)")
      try require(error.detail.last == ".", "a refusal is explained: \(error.detail)")
      try require(!isRight(input), "what is right is taken: \(text)")
    }
    try checkEveryCheckDigit(input)
  }

  private static func checkTaken(_ isbn: ISBN, _ text: String) throws(Violation) {
    let digits = Array(isbn.digits.utf8)
    try require(isThirteen(digits), "13 digits with the right check digit: \(isbn.digits)")
    try requireEqual(read(isbn.digits), isbn.digits, "the stored form is read as itself")
    let ten = isbn.isbn10.map { Array($0.utf8) }
    if digits.starts(with: "978".utf8) {
      guard let ten else { throw Violation("978 has a form of ten") }
      try require(isTen(ten), "ten characters with the right check digit: \(quoted(ten))")
      try requireEqual(ten[..<9], digits[3..<12], "both forms have the same nine digits")
      try requireEqual(
        read(String(decoding: ten, as: UTF8.self)), isbn.digits, "the form of ten is the same ISBN")
    } else {
      try require(ten == nil, "979 has no form of ten")
    }
    try checkSpellings(digits, ten)
    try checkOrigin(digits, ten, text)
  }

  /// Nothing is made up: the ISBN stands in the text, behind at most a label of its length, before at most an add-on.
  private static func checkOrigin(_ digits: [UInt8], _ ten: [UInt8]?, _ text: String) throws(Violation) {
    let found = Array(text.utf8.compactMap { isDigit($0) ? $0 : $0 | 0x20 == 120 ? 88 : nil })
    let stands = ["", "10", "13"].contains { label in
      let rest = found.dropFirst(label.utf8.count)
      return found.starts(with: label.utf8)
        && (rest.elementsEqual(digits) || ten.map { rest.elementsEqual($0) } ?? false
          || rest.count == 18 && rest.starts(with: digits))
    }
    try require(stands, "an ISBN stands in its text: \(quoted(digits)) in \(text.debugDescription)")
  }

  private static func checkSpellings(_ digits: [UInt8], _ ten: [UInt8]?) throws(Violation) {
    let plain = String(decoding: digits, as: UTF8.self)
    var choices = Choices(digits)
    for characters in [digits, ten ?? digits] {
      var spelling = ["", "ISBN ", "urn:isbn:", "ISBN-\(characters.count): "][choices.below(4)]
      for character in String(decoding: characters, as: UTF8.self) {
        spelling +=
          String(character).lowercased() + ["", "", "-", " ", "\u{2010}", "\u{A0}"][choices.below(6)]
      }
      try requireEqual(
        read(spelling), plain, "spaces, dashes and labels do not matter in \(spelling.debugDescription)")
    }
    try requireEqual(read(plain + " 50995"), plain, "an add-on is dropped")
  }

  /// Of ten check digits behind twelve digits one is right, and of eleven behind nine.
  private static func checkEveryCheckDigit(_ input: [UInt8]) throws(Violation) {
    let digits = input.map { 48 + $0 % 10 }
    guard digits.count >= 9 else { return }
    let ten = "0123456789X".utf8.filter { read(String(decoding: digits[..<9] + [$0], as: UTF8.self)) != nil }
    try requireEqual(ten.count, 1, "one check character of eleven is right")
    let stem = Array("978".utf8) + digits[..<9]
    let thirteen = "0123456789".utf8.filter { read(String(decoding: stem + [$0], as: UTF8.self)) != nil }
    try requireEqual(thirteen.count, 1, "one check digit of ten is right")
    try require(isTen(digits[..<9] + ten) && isThirteen(stem + thirteen), "it is the right one")
  }

  private static func read(_ text: String) -> String? {
    do throws(InvalidValue) { return try ISBN(text).digits } catch { return nil }
  }

  // MARK: The other computation

  private static func isRight(_ characters: [UInt8]) -> Bool { isTen(characters) || isThirteen(characters) }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// The sum of all running sums of an ISBN-10 is a multiple of 11.
  private static func isTen(_ characters: [UInt8]) -> Bool {
    guard characters.count == 10, characters.dropLast().allSatisfy(isDigit), let last = characters.last,
      isDigit(last) || last == UInt8(ascii: "X")
    else { return false }
    var sum = 0
    var sums = 0
    for character in characters {
      sum += character == UInt8(ascii: "X") ? 10 : Int(character) - 48
      sums += sum
    }
    return sums % 11 == 0
  }

  /// The even places of an ISBN-13 thrice, all places together: a multiple of 10. 979-0 is music.
  private static func isThirteen(_ characters: [UInt8]) -> Bool {
    guard characters.count == 13, characters.allSatisfy(isDigit) else { return false }
    let number = Int(String(decoding: characters, as: UTF8.self)) ?? 0
    var rest = number
    var sum = 0
    var weight = 1
    while rest > 0 {
      sum += rest % 10 * weight
      rest /= 10
      weight = 4 - weight
    }
    let prefix = number / 1_000_000_000
    return sum % 10 == 0 && (9780...9789).contains(prefix) || sum % 10 == 0 && (9791...9799).contains(prefix)
  }
}
