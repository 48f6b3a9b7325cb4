import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createAlertmanager } from '../../../src/adapters/alerts/alertmanager/source.ts'
import { createAlertClient } from '../../../src/adapters/alerts/http/client.ts'
import { readCredential } from '../../../src/adapters/alerts/http/options.ts'
import { createPrometheus } from '../../../src/adapters/alerts/prometheus/source.ts'
import type { AlertSource } from '../../../src/ports/alerts.ts'
import type { SecretReader } from '../../../src/ports/manifest.ts'

interface Broken extends AsyncDisposable {
  alertmanager: AlertSource
  prometheus: AlertSource
  seen: string[]
}

type Answer = (response: ServerResponse) => void

async function broken(answer: Answer): Promise<Broken> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? 'none')
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`
  const options = { url, signsIn: () => ({ authorization: 'Bearer s3cret' }), ca: undefined, timeoutMs: 500, largestAnswer: 100_000 }
  const client = createAlertClient({ ...options, name: 'the server' })
  return {
    alertmanager: createAlertmanager({ client, filters: [], namespaceLabel: 'namespace' }),
    prometheus: createPrometheus({ client, pastClient: client, places: { namespaceLabel: 'namespace' }, now: () => Date.now() }),
    seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const ANSWERS: readonly (readonly [what: string, answer: Answer, why: string, detail: string])[] = [
  ['refuses', (response: ServerResponse) => void response.writeHead(401).end('no'), 'refused', 'answers 401'],
  [
    'sends elsewhere',
    (response: ServerResponse) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'refused',
    '302',
  ],
  ['answers no JSON', (response: ServerResponse) => void response.end('<html>'), 'malformed', 'is not JSON'],
  ['answers without an end', (response: ServerResponse) => void response.end('['.repeat(200_000)), 'too-large', 'larger than 100000 bytes'],
  ['never ends', (response: ServerResponse) => void response.write('['), 'unreachable', 'did not answer within 500 ms'],
  ['answers another thing', (response: ServerResponse) => void response.end('{"a":1}'), 'malformed', ''],
]

it.each(ANSWERS)('a server that %s makes nothing known, in words without what was sent', async (_, answer, why, detail) => {
  await using world = await broken(answer)
  for (const source of [world.alertmanager, world.prometheus]) {
    const told = await source.alerts({ namespaces: ['shop'] })
    expect(told).toMatchObject({ result: 'unknown', why, detail: expect.stringContaining(detail) })
    expect(JSON.stringify(told)).not.toContain('s3cret')
  }
  expect(new Set(world.seen)).toEqual(new Set(['Bearer s3cret']))
})

it('what a server says in other shapes is passed over, and does not end the rest', async () => {
  const good = {
    labels: { alertname: 'A', namespace: 'shop', long: 'x'.repeat(5_000) },
    fingerprint: 'ab12',
    startsAt: '2026-11-29T12:00:00Z',
  }
  const shapes = [
    null,
    1,
    'x',
    [],
    {},
    { labels: 1 },
    { ...good, fingerprint: '../..' },
    { ...good, startsAt: 'soon' },
    { ...good, labels: { a: {} } },
  ]
  await using world = await broken(
    (response) =>
      void response.end(
        JSON.stringify([...shapes, { ...good, generatorURL: 'javascript:alert(1)', status: { state: 'suppressed', silencedBy: 7 } }]),
      ),
  )
  const told = await world.alertmanager.alerts({ namespaces: [] })
  expect(told).toMatchObject({ result: 'told', alerts: [{ name: 'A', state: 'inhibited', link: undefined }] })
  expect(told.result === 'told' && told.alerts[0]?.labels['long']).toHaveLength(1_024)
})

it('a token goes in clear to loopback alone, and a name needs its password', () => {
  const faults: string[] = []
  const reader: SecretReader = {
    read: (_key, file) => (file === undefined ? undefined : 'text'),
    fault: (key, reason) => void faults.push(`${key.join('.')} ${reason}`),
    get faults() {
      return faults.length
    },
  }
  const variables = { token: 'T', password: 'P' }
  expect(readCredential({ url: 'http://alertmanager:9093' }, reader, variables)).toEqual({ authorization: undefined })
  expect(readCredential({ url: 'http://127.0.0.1:9093', tokenFile: 't' }, reader, variables)).toEqual({ authorization: 'Bearer text' })
  expect(readCredential({ url: 'https://am', username: 'kedge', passwordFile: 'p' }, reader, variables)).toEqual({
    authorization: `Basic ${Buffer.from('kedge:text').toString('base64')}`,
  })
  expect(faults).toEqual([])
  expect(readCredential({ url: 'http://alertmanager:9093', tokenFile: 't' }, reader, variables)).toBeUndefined()
  expect(readCredential({ url: 'https://am', username: 'kedge' }, reader, variables)).toBeUndefined()
  expect(faults).toEqual([
    'url must be https: the token or password would travel in clear',
    'passwordFile must name the file with the password, or P must hold it',
  ])
})
