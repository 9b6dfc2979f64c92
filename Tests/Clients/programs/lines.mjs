// The lines that session.py describes, for the programs in JavaScript.
import readline from 'node:readline'

const base64 = (part) => Buffer.from(part).toString('base64') || '-'
const decoded = (part) => Buffer.from(part === '-' ? '' : part, 'base64')

/** Answers each request with what `send` resolves to: status, [[name, value]], content. */
export async function serve(send, ...cannot) {
  console.log(`${process.version}\t${cannot.join() || '-'}`)
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [method, url, flags, fields, content] = line.split('\t')
    const headers = Object.fromEntries(
      decoded(fields).toString().split('\n').filter(Boolean).map((field) => field.split(/: (.*)/s).slice(0, 2)))
    const body = content === '-' ? undefined : decoded(content)
    try {
      const [status, answered, bytes] = await send({ method, url, flags: new Set(flags.split(',')), headers, body })
      const lines = answered.map(([name, value]) => `${name}: ${value}`).join('\n')
      console.log(`${status}\t${base64(Buffer.from(lines, 'latin1'))}\t${base64(bytes)}`)
    } catch (error) {
      console.log(`ERROR\t${error.message} ${error.cause ?? ''}`.replaceAll('\n', ' '))
    }
  }
}
