import { describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/adapters/system/log.ts'
import { describeLogger } from '../../contract/log.ts'

const TOKEN = 'ghp_planted+secret/0123456789=='
const KEY =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEplantedfirstlineofthekey0123\nMIIEplantedsecondlineofthekey456\n-----END RSA PRIVATE KEY-----\n'

function logOf(write: (log: ReturnType<typeof createLogger>) => void, secrets = [TOKEN, KEY]): string {
  let out = ''
  write(createLogger({ level: 'info', secrets, stream: { write: (line) => void (out += line) } }))
  return out
}

describeLogger({
  name: 'the log',
  tells: true,
  open: () => {
    const lines: string[] = []
    return { logger: createLogger({ level: 'info', secrets: [], stream: { write: (line) => void lines.push(line) } }), told: () => lines }
  },
})

describe('the log', () => {
  test('is one JSON object a line with level, time and message', () => {
    const line = logOf((log) => log.warn('forge is slow', { release: 'r1', seconds: 4 }))
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      msg: 'forge is slow',
      release: 'r1',
      seconds: 4,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  test.each([
    ['as it is', TOKEN],
    ['in a query', `https://github.example/acme?token=${encodeURIComponent(TOKEN)}`],
    ['in a Basic header', `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`],
    ['in a Basic header of another length', `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`],
    ['inside JSON', JSON.stringify({ token: TOKEN, key: KEY })],
    ['a line of a private key', `oops MIIEplantedsecondlineofthekey456`],
  ])('tells no secret %s', (_where, hostile) => {
    const fault = Object.assign(new Error(hostile, { cause: new Error(hostile) }), {
      request: { headers: { authorization: hostile } },
    })
    const out = logOf((log) => {
      log.info(hostile, { hostile, [hostile]: 1, deep: [{ hostile }], fault })
      log.error('x', { url: hostile })
    })
    expect(out).toContain('[redacted]')
    expect(out).not.toMatch(/planted|cGxhbnRlZ|sYW50ZW/)
  })

  test('tells nothing of what URLs have before an @, known secret or not', () => {
    const out = logOf((log) =>
      log.info('push failed', { url: `https://x:${encodeURIComponent(TOKEN)}@github.example/acme`, other: 'https://y:unknown@h/' }),
    )
    expect(JSON.parse(out)).toMatchObject({ url: 'https://github.example/acme', other: 'https://h/' })
  })

  test('keeps terminal sequences, line breaks and turned text out', () => {
    const out = logOf((log) => log.info('a\r\n{"level":"error"}\u001b[2J\u009b31m\u202e', { name: 'x\u001b]0;title\u0007y' }))
    expect(out.split('\n')).toHaveLength(2)
    expect(JSON.parse(out)).toMatchObject({ msg: 'a {"level":"error"}', name: 'xy' })
  })

  test('survives what cannot be written', () => {
    const circle: Record<string, unknown> = { big: 1n, f: () => 1, at: new Date(Number.NaN), long: 'x'.repeat(1e6) }
    circle['self'] = circle
    expect(logOf((log) => log.info('m', circle)).length).toBeLessThan(40_000)
  })
})
