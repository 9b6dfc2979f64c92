/// The language codes that ``LanguageTag`` knows: facts of ISO 639, as its registration authorities list them.
enum LanguageCodes {
  /// From three letters (terminology and bibliographic codes of ISO 639-2, and three that were withdrawn) to
  /// the two letters of ISO 639-1.
  static let shortForms: [String: String] = {
    var forms: [String: String] = [:]
    for pair in pairs.split(whereSeparator: \.isWhitespace) {
      forms[String(pair.prefix(3))] = String(pair.suffix(2))
    }
    return forms
  }()

  /// The codes of two letters.
  static let twoLetters = Set(shortForms.values).union(["sh"])

  /// Codes of two letters that were withdrawn, with what took their place (RFC 5646 §4.5).
  static let withdrawn = ["iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"]

  /// Whether three lower-case letters are a code of ISO 639-2, 639-3 or 639-5, or one of qaa–qtz, which are
  /// for private use.
  static func isThreeLetterCode(_ code: String) -> Bool {
    guard let index = index(of: code.utf8) else { return false }
    let isPrivate = code >= "qaa" && code < "qua"
    return isPrivate || known[index / 64] & 1 << UInt64(index % 64) != 0
  }

  /// One bit for each code from aaa to zzz.
  private static let known: [UInt64] = {
    var bits = [UInt64](repeating: 0, count: 26 * 26 * 26 / 64 + 1)
    for group in ThreeLetterLanguageCodes.groups.split(whereSeparator: \.isWhitespace) {
      let stem = group.utf8.prefix(2)
      for last in group.utf8.dropFirst(3) {
        guard let index = index(of: Array(stem) + [last]) else { continue }
        bits[index / 64] |= 1 << UInt64(index % 64)
      }
    }
    return bits
  }()

  private static func index(of code: some Collection<UInt8>) -> Int? {
    guard code.count == 3 else { return nil }
    var index = 0
    for byte in code {
      guard byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") else { return nil }
      index = index * 26 + Int(byte - UInt8(ascii: "a"))
    }
    return index
  }

  private static let pairs = """
    aar:aa abk:ab afr:af aka:ak alb:sq amh:am ara:ar arg:an arm:hy asm:as ava:av ave:ae aym:ay aze:az bak:ba
    bam:bm baq:eu bel:be ben:bn bih:bh bis:bi bod:bo bos:bs bre:br bul:bg bur:my cat:ca ces:cs cha:ch che:ce
    chi:zh chu:cu chv:cv cor:kw cos:co cre:cr cym:cy cze:cs dan:da deu:de div:dv dut:nl dzo:dz ell:el eng:en
    epo:eo est:et eus:eu ewe:ee fao:fo fas:fa fij:fj fin:fi fra:fr fre:fr fry:fy ful:ff geo:ka ger:de gla:gd
    gle:ga glg:gl glv:gv gre:el grn:gn guj:gu hat:ht hau:ha heb:he her:hz hin:hi hmo:ho hrv:hr hun:hu hye:hy
    ibo:ig ice:is ido:io iii:ii iku:iu ile:ie ina:ia ind:id ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn
    kas:ks kat:ka kau:kr kaz:kk khm:km kik:ki kin:rw kir:ky kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la
    lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg mac:mk mah:mh mal:ml mao:mi mar:mr may:ms mkd:mk mlg:mg
    mlt:mt mol:ro mon:mn mri:mi msa:ms mya:my nau:na nav:nv nbl:nr nde:nd ndo:ng nep:ne nld:nl nno:nn nob:nb
    nor:no nya:ny oci:oc oji:oj ori:or orm:om oss:os pan:pa per:fa pli:pi pol:pl por:pt pus:ps que:qu roh:rm
    ron:ro rum:ro run:rn rus:ru sag:sg san:sa scc:sr scr:hr sin:si slk:sk slo:sk slv:sl sme:se smo:sm sna:sn
    snd:sd som:so sot:st spa:es sqi:sq srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv tah:ty tam:ta tat:tt tel:te
    tgk:tg tgl:tl tha:th tib:bo tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz
    ven:ve vie:vi vol:vo wel:cy wln:wa wol:wo xho:xh yid:yi yor:yo zha:za zho:zh zul:zu
    """
}
