import { expect, it } from 'vitest'
import { readLink, readTime } from '../../../src/adapters/alerts/http/texts.ts'

it.each([
  ['https://grafana.example/d/1?var=a', 'https://grafana.example/d/1?var=a'],
  ['http://prometheus:9090/graph', 'http://prometheus:9090/graph'],
  ['https://runbooks.example/x\n', 'https://runbooks.example/x'],
])('the link %j of an alert is %s', (text, link) => {
  expect(readLink(text)).toBe(link)
})

it.each([
  'https://:secret@h',
  'https://user@h',
  'https:secret@h',
  'http://localhost:80@evil.com',
  'javascript:alert(1)',
  'https://:secret\n@h',
  `https://h/${'x'.repeat(2_048)}`,
  7,
  null,
])('%j of an alert is no link', (text) => {
  expect(readLink(text)).toBeUndefined()
})

const AT = Date.UTC(2026, 11, 1, 22, 0, 0)

it.each([
  ['2026-12-01T22:00:00Z', AT],
  ['2026-12-01T22:00:00.123456789Z', AT + 123],
  ['2026-12-01T22:00:00.5Z', AT + 500],
  ['2026-12-01T23:30:00.000000001+01:30', AT],
  ['2026-12-01T14:00:00-08:00', AT],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
])('%s, as Alertmanager and Prometheus write times, is a time', (text, at) => {
  expect(readTime(text)).toBe(at)
})

it.each(['2026-12-01T22:00:00', '2026-12-01 22:00:00', '2026-12-01', '1 Dec 2026', '1764626400', 1_764_626_400, null, undefined, {}])(
  '%j is no known time: what names no zone would be read in the zone of this machine',
  (text) => {
    expect(readTime(text)).toBeUndefined()
  },
)
