/// Cuts text into folded words, scalar by scalar.
struct SearchTokenizer {
  struct Token {
    /// The folded word.
    var text: String
    /// What stood between apostrophes inside the word; empty when there were none.
    var parts: [String] = []
    /// One ideograph or kana, which makes a word by itself.
    var isIdeographic = false
    /// What ended the word; nil at the end of the text.
    var follower: Unicode.Scalar?
  }

  private var word = String.UnicodeScalarView()
  private var length = 0
  private var isIdeographic = false
  /// Where apostrophes were dropped, counted in scalars of the word.
  private var apostrophes: [Int] = []

  static func forEachToken(of text: String, _ body: (Token) -> Void) {
    var tokenizer = SearchTokenizer()
    for scalar in text.unicodeScalars { tokenizer.take(scalar, body) }
    tokenizer.end(follower: nil, body)
  }

  private mutating func take(_ scalar: Unicode.Scalar, _ body: (Token) -> Void) {
    switch scalar {
    case "a"..."z", "0"..."9": append(scalar, isIdeographic: false, body)
    case "A"..."Z": append(Unicode.Scalar(UInt8(scalar.value) | 0x20), isIdeographic: false, body)
    case "'", "\u{2018}", "\u{2019}", "\u{02BB}", "\u{02BC}", "\u{FF07}":
      if length > 0, !isIdeographic { apostrophes.append(word.count) }
    case "\0"..."\u{7F}": end(follower: scalar, body)
    default: takeBeyondASCII(scalar, body)
    }
  }

  private mutating func takeBeyondASCII(_ scalar: Unicode.Scalar, _ body: (Token) -> Void) {
    for lower in scalar.properties.lowercaseMapping.unicodeScalars where !SearchFolding.isDroppedMark(lower) {
      // The full-width forms of ASCII stand in its order.
      if (0xFF01...0xFF5E).contains(lower.value), let narrow = Unicode.Scalar(lower.value - 0xFEE0) {
        take(narrow, body)
      } else if let replacement = SearchFolding.replacement(of: lower) {
        for folded in replacement.unicodeScalars { takeFolded(folded, body) }
      } else {
        takeFolded(lower, body)
      }
    }
  }

  private mutating func takeFolded(_ scalar: Unicode.Scalar, _ body: (Token) -> Void) {
    if let last = word.last, let composed = SearchComposition.compose(last, scalar) {
      word.removeLast()
      word.append(composed)
      return
    }
    switch scalar.properties.generalCategory {
    case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      append(scalar, isIdeographic: SearchComposition.isIdeographOrKana(scalar), body)
    case .decimalNumber: append(Self.asciiDigit(scalar), isIdeographic: false, body)
    case .letterNumber, .otherNumber: append(scalar, isIdeographic: false, body)
    // Vowel signs and such belong to the letter before them.
    case .nonspacingMark, .spacingMark, .enclosingMark:
      if length > 0, length < SearchText.maximumWordLength {
        word.append(scalar)
        length += 1
      }
    case .format: break
    default: end(follower: scalar, body)
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar, isIdeographic: Bool, _ body: (Token) -> Void) {
    if length > 0, isIdeographic || self.isIdeographic { end(follower: scalar, body) }
    self.isIdeographic = isIdeographic
    guard length < SearchText.maximumWordLength else { return }
    word.append(scalar)
    length += 1
  }

  private mutating func end(follower: Unicode.Scalar?, _ body: (Token) -> Void) {
    guard length > 0 else { return }
    body(Token(text: String(word), parts: parts(), isIdeographic: isIdeographic, follower: follower))
    word = String.UnicodeScalarView()
    length = 0
    isIdeographic = false
    apostrophes.removeAll(keepingCapacity: true)
  }

  private func parts() -> [String] {
    guard let first = apostrophes.first, first < word.count else { return [] }
    var parts: [String] = []
    var start = word.startIndex
    for offset in apostrophes + [word.count] {
      let end = word.index(word.startIndex, offsetBy: min(offset, word.count))
      if start < end { parts.append(String(word[start..<end])) }
      start = end
    }
    return parts
  }

  /// The digit of ASCII with the same value, for digits of any script.
  private static func asciiDigit(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard let value = scalar.properties.numericValue, (0...9).contains(value) else { return scalar }
    return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
  }
}

/// Puts together what Unicode writes in one scalar or in several: hangul and kana.
enum SearchComposition {
  /// The one scalar for two, if there is one.
  static func compose(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    switch second.value {
    case 0x3099: voiced[first]
    case 0x309A: halfVoiced[first]
    case 0x1161...0x1175, 0x11A8...0x11C2: hangul(first.value, second.value)
    default: nil
    }
  }

  /// Scripts without spaces between words, where each character is a word.
  static func isIdeographOrKana(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3041...0x30FF, 0x31F0...0x31FF: true
    default: scalar.properties.isIdeographic
    }
  }

  /// The Unicode Standard, §3.12: a leading consonant and a vowel, then a trailing consonant.
  private static func hangul(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
    switch (first, second) {
    case (0x1100...0x1112, 0x1161...0x1175):
      Unicode.Scalar(0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28)
    case (0xAC00...0xD7A3, 0x11A8...0x11C2) where (first - 0xAC00).isMultiple(of: 28):
      Unicode.Scalar(first + second - 0x11A7)
    default: nil
    }
  }

  private static let voiced = pairs(
    "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞ"
      + "カガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボウヴヽヾワヷヰヸヱヹヲヺ")
  private static let halfVoiced = pairs("はぱひぴふぷへぺほぽハパヒピフプヘペホポ")

  private static func pairs(_ text: String) -> [Unicode.Scalar: Unicode.Scalar] {
    var pairs: [Unicode.Scalar: Unicode.Scalar] = [:]
    var scalars = text.unicodeScalars.makeIterator()
    while let plain = scalars.next(), let marked = scalars.next() { pairs[plain] = marked }
    return pairs
  }
}
