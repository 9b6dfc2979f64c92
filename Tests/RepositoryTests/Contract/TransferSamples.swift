import Inventory
import TestSupport

extension RepositoryFixture {
  /// A request that moves copies from `main`.
  func transfer(
    _ lines: [(ItemID, Int64)], to: String = "shop", reference: String? = nil
  ) -> TransferRequest {
    TransferRequest(
      from: .code("main"), to: .code(to), reference: reference,
      lines: lines.map { ItemQuantity(item: .id($0.0), quantity: $0.1) }, origin: Origin(actor: "test"))
  }

  func createTransfer(_ request: TransferRequest) async throws -> DocumentResult<Transfer> {
    try await repository.createTransfer(request, once: nil).done
  }

  func makeTransfer(
    _ lines: [(ItemID, Int64)], to: String = "shop", reference: String? = nil
  ) async throws -> Transfer {
    try await createTransfer(transfer(lines, to: to, reference: reference)).document
  }

  @discardableResult
  func change(_ id: TransferID, _ action: TransferChange.Action) async throws -> Transfer {
    try await repository.changeTransfer(
      TransferChange(id: id, action: action, origin: Origin(actor: "test")), once: nil
    ).done
  }
}
