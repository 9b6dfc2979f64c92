-- One-line adjustments of random items, each with an idempotency key of its own. ITEMS is a file of SKUs.
local skus = {}
for line in io.lines(os.getenv("ITEMS")) do skus[#skus + 1] = line end
local run, count = os.getenv("RUN"), 0
math.randomseed(os.time())

function request()
  count = count + 1
  return wrk.format("POST", "/v1/adjustments", {
    ["Content-Type"] = "application/json", ["Idempotency-Key"] = run .. "-" .. count,
  }, '{"reason":"sold","lines":[{"item":"' .. skus[math.random(#skus)] .. '","delta":-1}]}')
end
