/// What letters become in ``SearchText``: facts of the Unicode character database.
enum SearchFolding {
  /// What a scalar in lower case is replaced by; nil when it stays.
  static func replacement(of scalar: Unicode.Scalar) -> String? { replacements[scalar] }

  /// Marks that are dropped, wherever they stand: those of Latin, Greek and Cyrillic letters, Hebrew points,
  /// Arabic vowel signs and the stretching of Arabic lines, variation selectors.
  static func isDroppedMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0300...0x036F, 0x0483...0x0487, 0x0591...0x05BD, 0x05BF, 0x05C1...0x05C2, 0x05C4...0x05C5, 0x05C7,
      0x0640, 0x064B...0x065F, 0x0670, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE00...0xFE0F,
      0xFE20...0xFE2F, 0xE0100...0xE01EF:
      true
    default: false
    }
  }

  private static let replacements: [Unicode.Scalar: String] = {
    var replacements: [Unicode.Scalar: String] = [:]
    for group in letters.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
      let parts = group.split(separator: ":")
      for letter in parts[1] { replacements[letter] = String(parts[0]) }
    }
    for pair in numbered.split(whereSeparator: \.isWhitespace) {
      let scalars = pair.split(whereSeparator: { ":+".contains($0) })
        .compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars.dropFirst())
      replacements[scalars[0]] = String(text)
    }
    return replacements
  }()

  /// The replacement, a colon, and the letters that it stands for: canonical decompositions without their
  /// marks, ligatures and small forms, and letters that no decomposition gives but catalogues take for
  /// another (ß, ø, ł).
  private static let letters = """
    0:⁰₀ 1:¹₁ 2:²₂ 3:³₃ 4:⁴₄ 5:⁵₅ 6:⁶₆ 7:⁷₇ 8:⁸₈ 9:⁹₉ a:ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặₐ ae:æǣǽ b:ḃḅḇ
    c:çćĉċčḉ d:ðďđḋḍḏḑḓ dz:ǆǳ e:èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệₑ f:ƒḟ ff:ﬀ ffi:ﬃ ffl:ﬄ fi:ﬁ fl:ﬂ g:ĝğġģǧǵḡ
    h:ĥħȟḣḥḧḩḫẖₕ i:ìíîïĩīĭįıǐȉȋḭḯỉịⁱ ij:ĳ j:ĵǰ k:ķĸǩḱḳḵₖ l:ĺļľŀłḷḹḻḽₗ lj:ǉ m:ḿṁṃₘ n:ñńņňŉŋǹṅṇṉṋⁿₙ
    nj:ǌ o:ºòóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợₒ oe:œ p:ṕṗₚ r:ŕŗřȑȓṙṛṝṟ s:śŝşšſșṡṣṥṧṩẛₛ ss:ß st:ﬅﬆ
    t:ţťŧțṫṭṯṱẗₜ th:þ u:ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự v:ṽṿ w:ŵẁẃẅẇẉẘ x:ẋẍₓ y:ýÿŷȳẏẙỳỵỷỹ z:źżžẑẓẕ
    ə:ₔ ʒ:ǯ
    α:άἀἁἂἃἄἅἆἇὰᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ ε:έἐἑἒἓἔἕὲ η:ήἠἡἢἣἤἥἦἧὴᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ ι:ΐίϊἰἱἲἳἴἵἶἷὶῐῑῒῖῗ ο:όὀὁὂὃὄὅὸ
    ρ:ῤῥ σ:ς υ:ΰϋύὐὑὒὓὔὕὖὗὺῠῡῢῦῧ ω:ώὠὡὢὣὤὥὦὧὼᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ ϒ:ϓϔ
    а:ӑӓ г:ѓ е:ѐёӗ ж:ӂӝ з:ӟ и:йѝӣӥ к:ќ о:ӧ у:ўӯӱӳ ч:ӵ ы:ӹ э:ӭ і:ї ѵ:ѷ ә:ӛ ө:ӫ
    ァ:ｧ ア:ｱ ィ:ｨ イ:ｲ ゥ:ｩ ウ:ｳ ェ:ｪ エ:ｴ ォ:ｫ オ:ｵ カ:ｶ キ:ｷ ク:ｸ ケ:ｹ コ:ｺ サ:ｻ シ:ｼ ス:ｽ セ:ｾ ソ:ｿ タ:ﾀ チ:ﾁ ッ:ｯ ツ:ﾂ
    テ:ﾃ ト:ﾄ ナ:ﾅ ニ:ﾆ ヌ:ﾇ ネ:ﾈ ノ:ﾉ ハ:ﾊ ヒ:ﾋ フ:ﾌ ヘ:ﾍ ホ:ﾎ マ:ﾏ ミ:ﾐ ム:ﾑ メ:ﾒ モ:ﾓ ャ:ｬ ヤ:ﾔ ュ:ｭ ユ:ﾕ ョ:ｮ ヨ:ﾖ ラ:ﾗ
    リ:ﾘ ル:ﾙ レ:ﾚ ロ:ﾛ ワ:ﾜ ヲ:ｦ ン:ﾝ ー:ｰ
    """

  /// The same by number, for what an editor could normalise in this file and so destroy: Hebrew, Arabic and
  /// Indic letters, and those that have a second number.
  private static let numbered = """
    0374:02B9 0622:0627 0623:0627 0624:0648 0625:0627 0626:064A 06C0:06D5 06C2:06C1 06D3:06D2
    0929:0928+093C 0931:0930+093C 0934:0933+093C 0958:0915+093C 0959:0916+093C 095A:0917+093C
    095B:091C+093C 095C:0921+093C 095D:0922+093C 095E:092B+093C 095F:092F+093C 09DC:09A1+09BC
    09DD:09A2+09BC 09DF:09AF+09BC 0A33:0A32+0A3C 0A36:0A38+0A3C 0A59:0A16+0A3C 0A5A:0A17+0A3C
    0A5B:0A1C+0A3C 0A5E:0A2B+0A3C 0B5C:0B21+0B3C 0B5D:0B22+0B3C 0B94:0B92+0BD7 0F43:0F42+0FB7
    0F4D:0F4C+0FB7 0F52:0F51+0FB7 0F57:0F56+0FB7 0F5C:0F5B+0FB7 0F69:0F40+0FB5 1026:1025+102E
    1B06:1B05+1B35 1B08:1B07+1B35 1B0A:1B09+1B35 1B0C:1B0B+1B35 1B0E:1B0D+1B35 1B12:1B11+1B35 1F71:03B1
    1F73:03B5 1F75:03B7 1F77:03B9 1F79:03BF 1F7B:03C5 1F7D:03C9 1FBE:03B9 1FD3:03B9 1FE3:03C5 FB1D:05D9
    FB1F:05F2 FB2A:05E9 FB2B:05E9 FB2C:05E9 FB2D:05E9 FB2E:05D0 FB2F:05D0 FB30:05D0 FB31:05D1 FB32:05D2
    FB33:05D3 FB34:05D4 FB35:05D5 FB36:05D6 FB38:05D8 FB39:05D9 FB3A:05DA FB3B:05DB FB3C:05DC FB3E:05DE
    FB40:05E0 FB41:05E1 FB43:05E3 FB44:05E4 FB46:05E6 FB47:05E7 FB48:05E8 FB49:05E9 FB4A:05EA FB4B:05D5
    FB4C:05D1 FB4D:05DB FB4E:05E4 FF9E:3099 FF9F:309A
    """
}
