import JSON

extension Model {
  mutating func listReservations(_ listing: Operation.Listing, _ step: Int) -> Expectation {
    if let problem = unknownFilter(listing) { return problem }
    let filters = listing.filters
    let item = filters["item"].flatMap(item)
    let place = filters["location"].flatMap(place)
    let found = reservations.values.filter { reservation in
      let state = reservation.isDue(now) ? "expired" : reservation.state
      return (filters["reference"] == nil || filters["reference"] == reservation.reference)
        && (filters["state"] == nil || filters["state"] == state)
        && (item == nil || reservation.holds.contains { $0.level.item == item })
        && (place == nil || reservation.holds.contains { $0.level.place == place })
    }
    .sorted { $0.created > $1.created }
    return page(found, listing, step, key: { [-$0.created] }, show: { [self] in show($0) })
  }

  mutating func listStock(_ listing: Operation.Listing, _ step: Int) -> Expectation {
    if let problem = unknownFilter(listing) { return problem }
    let filters = listing.filters
    let item = filters["item"].flatMap(item)
    let place = filters["location"].flatMap(place)
    let found = inOrder.filter { name in
      let level = levels[name] ?? Level()
      let isBelow = level.reorder.map { level.available <= $0 } ?? false
      return (item == nil || name.item == item) && (place == nil || name.place == place)
        && filters["available[lte]"].flatMap { Int64($0) }.map { level.available <= $0 } ?? true
        && filters["below_reorder"].map { ($0 == "true") == isBelow } ?? true
    }
    return page(found, listing, step) { [self] name in
      [items[name.item].created, places[name.place].created]
    } show: { [self] name in
      show(name)
    }
  }

  mutating func listMovements(_ listing: Operation.Listing, _ step: Int) -> Expectation {
    if let problem = unknownFilter(listing) { return problem }
    let filters = listing.filters
    let item = filters["item"].flatMap(item)
    let place = filters["location"].flatMap(place)
    let found = movements.enumerated().reversed().filter { _, movement in
      (item == nil || movement.level.item == item) && (place == nil || movement.level.place == place)
        && (filters["kind"] == nil || filters["kind"] == movement.kind)
        && (filters["reason"] == nil || filters["reason"] == movement.reason)
        && (filters["reference"] == nil || filters["reference"] == movement.reference)
    }
    let first = listing.after.flatMap { pageEnds[$0]?.first }
    shown[step] = found.filter { row in first.map { $0 < -Int64(row.offset) } ?? true }
      .prefix(listing.limit ?? 50).map(\.offset)
    return page(
      Array(found), listing, step, key: { [-Int64($0.offset)] }, show: { [self] in show($0.element) })
  }

  private func unknownFilter(_ listing: Operation.Listing) -> Expectation? {
    if let sku = listing.filters["item"], item(sku) == nil {
      return .problem(400, "invalid-parameter", ["?item not-found"])
    }
    if let code = listing.filters["location"], place(code) == nil {
      return .problem(400, "invalid-parameter", ["?location not-found"])
    }
    return nil
  }

  private mutating func page<Row>(
    _ rows: [Row], _ listing: Operation.Listing, _ step: Int, key: (Row) -> [Int64], show: (Row) -> JSONValue
  ) -> Expectation {
    let start = listing.after.flatMap { pageEnds[$0] }
    let rest = rows.filter { row in start.map { $0.lexicographicallyPrecedes(key(row)) } ?? true }
    let shown = rest.prefix(listing.limit ?? 50)
    if shown.count < rest.count, let last = shown.last { pageEnds[step] = key(last) }
    return .ok(
      object(["data": .array(shown.map(show)), "has_more": .bool(shown.count < rest.count)]))
  }
}
