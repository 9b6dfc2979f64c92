-- Reservations of three lines of random items, each with an idempotency key of its own. ITEMS is a file of SKUs.
local skus = {}
for line in io.lines(os.getenv("ITEMS")) do skus[#skus + 1] = line end
local run, count = os.getenv("RUN"), 0
math.randomseed(os.time())

function request()
  count = count + 1
  local first = math.random(#skus - 2)
  local lines = {}
  for offset = 0, 2 do lines[#lines + 1] = '{"item":"' .. skus[first + offset] .. '","quantity":1}' end
  return wrk.format("POST", "/v1/reservations", {
    ["Content-Type"] = "application/json", ["Idempotency-Key"] = run .. "-" .. count,
  }, '{"lines":[' .. table.concat(lines, ",") .. "]}")
end
