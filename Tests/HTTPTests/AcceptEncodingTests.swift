import HTTP
import Testing

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
  @Test(
    "gzip is sent to who takes it, and no less than nothing (RFC 9110 §12.5.3)",
    arguments: [
      ([], false, false), ([""], false, false), (["gzip"], true, false), (["x-gzip"], true, false),
      (["GZip"], true, false), (["gzip, deflate, br"], true, false), (["deflate, br"], false, false),
      (["br", "gzip"], true, false), (["*"], true, false), (["*;q=0"], false, true),
      (["gzip;q=0"], false, false), (["gzip;q=0.000"], false, false), (["gzip;q=0.001"], true, false),
      (["gzip ; q=0.5"], true, false), (["gzip;Q=0.5"], true, false),
      (["gzip;q=0.5, identity"], false, false),
      (["gzip;q=0.5, identity;q=0.5"], true, false), (["identity"], false, false),
      (["identity;q=0"], false, true), (["gzip, identity;q=0"], true, true), (["gzip, *;q=0"], true, true),
      (["*;q=0, identity;q=0.1"], false, false), (["gzip;q=0, *"], false, false),
      (["gzip;q=2"], false, false),
      (["gzip;q=x"], false, false), (["gzip;q="], false, false), (["gzip;level=9"], false, false),
      (["gzip;q=0.1234"], false, false), (["gzip;q=1.000"], true, false), (["gzip;q=1.001"], false, false),
      (["gzipped"], false, false), (["gz"], false, false), ([",, gzip ,"], true, false),
    ] as [([String], Bool, Bool)])
  func preferences(values: [String], prefersGzip: Bool, refusesIdentity: Bool) {
    let accepted = AcceptEncoding(values)
    #expect(accepted.prefersGzip == prefersGzip)
    #expect(accepted.refusesIdentity == refusesIdentity)
  }

  @Test(
    "a weight is 0 to 1 with up to three decimals (RFC 9110 §12.4.2)",
    arguments: [
      ("0", 0), ("1", 1000), ("0.", 0), ("1.", 1000), ("0.5", 500), ("0.25", 250), ("0.125", 125),
      ("1.000", 1000),
      ("", nil), (".5", nil), ("1.1", nil), ("1.001", nil), ("2", nil), ("0.1234", nil), ("-0", nil),
      ("+1", nil),
      ("0,5", nil), ("0.5x", nil), ("10", nil), ("00", nil), ("1e0", nil), ("０", nil),
    ] as [(String, Int?)])
  func qualities(text: String, thousandths: Int?) {
    #expect(QualityValue.thousandths(text) == thousandths)
  }

  @Test("a strong tag of a coded content is another one, a weak tag the same (RFC 9110 §8.8.3.3)")
  func tags() {
    #expect(CodedTag.gzip(of: "\"3\"") == "\"3-gzip\"")
    #expect(CodedTag.gzip(of: "W/\"3\"") == "W/\"3\"")
  }

  @Test("a list stays on one line, and a field keeps its place")
  func fields() {
    var fields: Fields = ["vary": "Accept", "etag": "\"1\"", "link": "a"]
    fields.append("Origin", toListOf: "vary")
    fields.append("x", toListOf: "allow")
    fields.replace("etag", with: "\"2\"\r\n")
    fields.replace("absent", with: "x")
    #expect(
      fields.lines.map { "\($0.name): \($0.value)" } == [
        "vary: Accept, Origin", "etag: \"2\"  ", "link: a", "allow: x",
      ])
  }
}
