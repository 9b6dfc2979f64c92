/// What a law leaves open (where to cut, which bit to turn), decided by the input itself: the same input is always
/// treated the same, and corpora stay plain messages.
struct Choices {
  private var state: UInt64

  init(_ input: [UInt8]) {
    // FNV-1a.
    state = input.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// The next number below a limit (SplitMix64).
  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((value ^ (value >> 31)) % UInt64(limit))
  }

  /// Pieces of up to this many bytes, some of them empty.
  mutating func pieces(of bytes: [UInt8], upTo limit: Int) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = below(limit + 1)
      pieces.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  /// Some ways in which the bytes could come: cut once, cut in pieces, and byte by byte when they are few.
  mutating func cuttings(of bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
    let cut = below(bytes.count + 1)
    var cuttings = [[bytes[..<cut], bytes[cut...]], pieces(of: bytes, upTo: 2 + bytes.count / 4)]
    if bytes.count <= 64 { cuttings.append(bytes.indices.map { bytes[$0...$0] }) }
    return cuttings
  }
}

/// Bytes as a person reads them.
func quoted(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: Array(bytes), as: UTF8.self).debugDescription
}
