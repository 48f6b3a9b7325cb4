import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PLACED_CARD } from '../../../../src/adapters/ledgers/chain/card-schema.ts'
import { EFFECT } from '../../../../src/adapters/ledgers/chain/effect-schema.ts'
import { compileFits } from '../../../../src/adapters/ledgers/chain/fits.ts'
import * as schemas from '../../../../src/adapters/ledgers/chain/schemas.ts'
import { aRelease, anEffect, aRevert } from '../../../contract/ledger-documents.ts'
import { anAttempt } from '../../../domain/an-attempt.ts'

const APPLIED = {
  application: 'argocd/web',
  revisions: ['1'.repeat(40)],
  sources: [{ repository: 'r', path: null, chart: 'c', pin: 'main', parameters: '' }],
}
const EVIDENCE = [{ analysisRun: 'a', metric: 'm', phase: 'Failed', limit: '2', failed: 3, count: 5, provider: 'prometheus', stepIndex: 1 }]
const ATTEMPT = anAttempt({ cause: 'unknown', seenAt: 1, evidence: EVIDENCE as never })
const COMMIT = { sha: '1'.repeat(40), parents: [], author: { name: 'A', email: 'a@x' }, committedAt: 1, subject: 's', body: '' }
const CARD = { key: 'r', tone: 'bad', title: 't', fields: [{ label: 'l', value: 'v' }], evidence: ['e'], outcome: 'o', links: [] } as const
const DECISION = { action: 'notify', reason: 'r', checks: [{ id: 'P1', title: 't', outcome: 'passed', detail: 'd' }], at: 1 } as const

const SAID = { by: 'ada', user: 'U1', channel: '#d', at: 1 } as const
const PLACE = {
  ref: { channel: 'C', timestamp: '1' },
  contentHash: 'c',
  said: '',
  hushed: true,
  unsure: true,
  storm: { key: 's', isLast: false },
} as const

const DOCUMENTS = [
  [
    schemas.RELEASE,
    aRelease({ key: 'r', applied: APPLIED, attempts: [ATTEMPT], decision: DECISION, waiting: { reason: 'w', evidence: [] } }),
  ],
  [schemas.RELEASE, aRelease({ key: 'r', storm: 's', onIt: SAID, snooze: { ...SAID, until: 2, pullRequest: 7 } })],
  [schemas.REVERT, aRevert({ key: 'v', culprits: [COMMIT as never] })],
  [EFFECT, anEffect({ key: 'e', action: { type: 'publish-card', releaseKey: 'r', card: CARD, channel: '#d', thread: undefined } })],
  [EFFECT, anEffect({ key: 'e', receipt: { sha: '1', number: 2 } as never })],
  [schemas.VERSION, { templateKey: 't', podTemplateHash: 'h', healthyAt: 1, applied: APPLIED, byHand: true, stay: 3, images: [] }],
  [PLACED_CARD, { releaseKey: 'r', ref: { channel: 'C', timestamp: '1' }, contentHash: 'c', elsewhere: [] }],
  [PLACED_CARD, { releaseKey: 'r', ...PLACE, elsewhere: [{ channel: '#e', ...PLACE }] }],
  [
    EFFECT,
    anEffect({ key: 'e', action: { type: 'publish-card', releaseKey: 'r', card: { ...CARD, snooze: 'on' }, channel: '#d', thread: 't' } }),
  ],
  [schemas.BASELINE, { cluster: 'east', at: 1 }],
] as const

/** The document with the value at one of its places, found by the numbers, replaced or taken away. */
function changed(document: unknown, [first = 0, ...rest]: readonly number[], value: unknown): unknown {
  if (typeof document !== 'object' || document === null) return value
  const members = Object.entries(document)
  const [name, member] = members[first % Math.max(1, members.length)] ?? []
  if (name === undefined) return value
  const inner = rest.length === 0 ? value : changed(member, rest, value)
  if (Array.isArray(document)) return document.map((one: unknown, index) => (String(index) === name ? inner : one))
  const others = Object.fromEntries(members.filter(([other]) => other !== name))
  return inner === undefined ? others : { ...others, [name]: inner }
}

it.each(DOCUMENTS)('%# whole documents fit', (schema, document) => {
  expect(compileFits(schema)(document)).toBe(true)
})

it.each(DOCUMENTS)('%# a document fits exactly when its schema takes it, whatever is changed in it', (schema, document) => {
  const fits = compileFits(schema)
  const value = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(null, Number.NaN, [], {}, 'unknown', 1))
  fc.assert(
    fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), value, (path, put) => {
      const other = changed(document, path, put)
      expect(fits(other)).toBe(schema.safeParse(other).success)
    }),
    { numRuns: 1_000 },
  )
})
