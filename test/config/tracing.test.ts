import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { secretTexts } from '../../src/config/secrets.ts'
import { configFolder } from './files.ts'

function load(tracing: string, headers = '') {
  using folder = configFolder(`apiVersion: kedge/v1\ntracing: ${tracing}\n`, { headers })
  return loadConfig({ file: folder.file, env: {} })
}

it.each([
  ['http://collector:4318', 'http://collector:4318/v1/traces'],
  ['http://collector:4318/', 'http://collector:4318/v1/traces'],
  ['https://collector.example/otlp', 'https://collector.example/otlp/v1/traces'],
  ['https://collector.example/v1/traces', 'https://collector.example/v1/traces'],
])('the collector at %s is sent traces at %s, all of them where nothing else is said', (endpoint, url) => {
  expect(load(`{ endpoint: "${endpoint}" }`).config.tracing).toEqual({ url, sampleRatio: 1 })
})

it('headers for the collector come from a file, and their credentials are kept out of sight', () => {
  const { secrets } = load(
    '{ endpoint: "https://c.example", headersFile: headers }',
    'Authorization: Bearer planted-otlp-token\nX-Scope-OrgID: 7\n',
  )
  expect(secrets.otlpHeaders).toEqual({ Authorization: 'Bearer planted-otlp-token', 'X-Scope-OrgID': '7' })
  expect(secretTexts(secrets)).toEqual(['Bearer planted-otlp-token', 'planted-otlp-token'])
})

it('a line that is no header is a fault that does not show it', () => {
  expect(() => load('{ endpoint: "https://c.example", headersFile: headers }', 'X-Tenant: 7\nplanted-otlp-token\n')).toThrow(
    /tracing\.headersFile(?!.*planted-otlp-token).*has a line that is not `Name: value` \(line 2, not shown\)/,
  )
})

it.each(['{}', '{ endpoint: "ftp://c.example" }', '{ endpoint: "http://c.example", sampleRatio: 1.5 }'])(
  '%s is no way to trace',
  (tracing) => {
    expect(() => load(tracing)).toThrow(/tracing\./)
  },
)
