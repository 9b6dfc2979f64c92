internal import Inventory

extension InventoryError {
  /// For people at a terminal, who may know of the inside.
  var sentence: String {
    switch self {
    case .unavailable(let reason, _): reason
    case .unexpected(let reason), .outcomeUnknown(let reason): reason
    default: "\(self)"
    }
  }
}
