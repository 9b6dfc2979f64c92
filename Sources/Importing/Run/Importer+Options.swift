public import Inventory

extension Importer {
  /// How a file is read and what it means.
  public struct Options: Sendable {
    /// Whose file it is: 1–64 of `a-z 0-9 . _ -`; records are remembered by sender and reference.
    public var sender: String
    /// `field=column,…`; nil recognises the usual names of columns.
    public var columns: String?
    /// The currency of prices that name none.
    public var currency: Currency?
    /// The first quantity of books that name none.
    public var quantity: Int64?
    /// Where first quantities are, if the row does not say.
    public var location: LocationReference = .code(Location.mainCode)
    /// Says what would happen and changes nothing.
    public var dryRun = false
    /// How the file is read.
    public var csv = CSVReader.Options()
    /// How many records go to the database in one transaction.
    public var batchSize = 200
    /// How often a batch is sent before the run gives up, when the database cannot be reached.
    public var attempts = 6
    /// How long to wait before the second attempt; doubled for each further one, at most ``maximumPause``.
    public var firstPause: Duration = .milliseconds(250)
    /// The longest wait between two attempts.
    public var maximumPause: Duration = .seconds(5)

    /// The usual options for a sender's file.
    public init(sender: String) { self.sender = sender }
  }

  /// The sender that a file's name suggests: `/data/My Books.csv` → `my-books`.
  public static func sender(ofFile path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let stem = name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
    var sender = ""
    for scalar in stem.lowercased().unicodeScalars {
      let isAllowed = scalar.isASCII && isSenderByte(UInt8(scalar.value))
      if isAllowed { sender.unicodeScalars.append(scalar) } else if !sender.hasSuffix("-") { sender += "-" }
    }
    let cut = String(sender.prefix(maximumSender))
    return cut.contains { $0.isLetter || $0.isNumber } ? cut : "file"
  }

  static func validate(_ options: Options) throws(ImportError) {
    guard (1...maximumSender).contains(options.sender.utf8.count),
      options.sender.utf8.allSatisfy(isSenderByte)
    else {
      throw ImportError(
        "The sender “\(options.sender.prefix(80))” must be 1 to \(maximumSender) characters of a-z, 0-9, dot,"
          + " underscore and hyphen.")
    }
    guard (0...Adjustment.maximumQuantity).contains(options.quantity ?? 0) else {
      throw ImportError("The first quantity must be from 0 to \(Adjustment.maximumQuantity).")
    }
  }

  private static let maximumSender = 64

  private static func isSenderByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
