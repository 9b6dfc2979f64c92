// Node's fetch, as in a browser. It takes compressed answers unless told otherwise.
import { serve } from './lines.mjs'

function pieces(body) {
  let start = 0
  return new ReadableStream({
    pull(controller) {
      if (start >= body.length) return controller.close()
      controller.enqueue(body.subarray(start, start += 1000))
    },
  })
}

await serve(async ({ method, url, flags, headers, body }) => {
  const content = flags.has('chunked') ? pieces(body) : body
  const answer = await fetch(url, { method, headers, body: content, duplex: 'half' })
  return [answer.status, [...answer.headers], await answer.arrayBuffer()]
}, 'expect')
