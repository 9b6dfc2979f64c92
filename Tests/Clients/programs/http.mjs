// Node's http module with an agent that keeps its connection.
import http from 'node:http'
import zlib from 'node:zlib'
import { serve } from './lines.mjs'

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

await serve(({ method, url, flags, headers, body }) => new Promise((resolve, reject) => {
  const fields = { ...headers }
  if (flags.has('gzip')) fields['Accept-Encoding'] = 'gzip'
  if (flags.has('expect')) fields.Expect = '100-continue'
  if (body && !flags.has('chunked')) fields['Content-Length'] = body.length
  const request = http.request(url, { method, headers: fields, agent }, (answer) => {
    const parts = []
    answer.on('data', (part) => parts.push(part))
    answer.on('error', reject)
    answer.on('end', () => {
      const content = Buffer.concat(parts)
      const isCoded = answer.headers['content-encoding'] === 'gzip' && content.length
      resolve([answer.statusCode, Object.entries(answer.headers), isCoded ? zlib.gunzipSync(content) : content])
      if (!request.writableEnded) request.destroy()
    })
  })
  request.on('error', reject)
  if (flags.has('expect')) {
    request.flushHeaders()
    request.on('continue', () => request.end(body))
  } else {
    if (flags.has('chunked')) for (let at = 0; at < body.length; at += 1000) request.write(body.subarray(at, at + 1000))
    request.end(flags.has('chunked') ? undefined : body)
  }
}))
