import { describe, expect, it } from 'vitest'
import { readStatement } from '../../../src/domain/attest/read-statement.ts'
import { PREDICATE_TYPE, releaseStatement, STATEMENT_TYPE } from '../../../src/domain/attest/statement.ts'
import { aRelease } from '../../contract/ledger-documents.ts'

const RECORD = { kind: 'release', sequence: 4, hash: 'c'.repeat(64) }
const WHOLE = {
  _type: STATEMENT_TYPE,
  predicateType: PREDICATE_TYPE,
  subject: [{ name: 'web', digest: { sha256: 'aa' } }],
  predicate: {
    rollout: { cluster: 'east', namespace: 'shop', name: 'web' },
    outcome: 'promoted',
    cause: 'stuck',
    ledger: { records: [{ sequence: 4, hash: 'cc' }] },
  },
}
const read = (change: object = {}) => readStatement(JSON.stringify({ ...WHOLE, ...change }))
const ofPredicate = (change: object) => read({ predicate: { ...WHOLE.predicate, ...change } })

it('a statement that was written is read', () => {
  const input = { release: aRelease({ key: 'k' }), revert: undefined, records: [RECORD], origin: 'o', spellTime: String }
  expect(readStatement(releaseStatement(input))).toEqual({
    rollout: 'east/shop/web',
    outcome: 'open',
    cause: 'analysis-failed',
    subjects: [`o@gitCommit:${'1'.repeat(40)}`],
    records: [{ sequence: 4, hash: RECORD.hash }],
  })
})

it('a release that has not failed has no cause', () => {
  expect([read()?.cause, ofPredicate({ cause: null })?.cause]).toEqual(['stuck', null])
})

it('what is no subject and no record is left out, where another one is', () => {
  const subject = [
    { name: 1, digest: { a: 'b' } },
    { name: 'x' },
    { name: 'y', digest: {} },
    { name: 'z', digest: { a: 1 } },
    { name: 'w', digest: 'ab' },
    null,
  ]
  expect(read({ subject: [...subject, ...WHOLE.subject] })?.subjects).toEqual(['web@sha256:aa'])
  const records = [null, 'x', { hash: 'cc' }, { sequence: '4', hash: 'cc' }, { sequence: 4.5, hash: 'cc' }, { sequence: 4, hash: 5 }]
  expect(ofPredicate({ ledger: { records: [...records, { sequence: 4, hash: 'cc' }] } })?.records).toEqual([{ sequence: 4, hash: 'cc' }])
})

describe('nothing is read of', () => {
  it.each(['', 'x', 'null', '1', '"text"', '[]', '{}'])('the payload %j', (payload) => {
    expect(readStatement(payload)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['another type of statement', { _type: 'https://in-toto.io/Statement/v0.1' }],
    ['another predicate', { predicateType: 'https://slsa.dev/provenance/v1' }],
    ['no subject', { subject: [] }],
    ['subjects that are no list', { subject: { name: 'web' } }],
    ['no predicate', { predicate: null }],
  ])('a statement with %s', (_, change) => {
    expect(read(change)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['a name that is no text', { rollout: { cluster: 'east', namespace: 'shop', name: 1 } }],
    ['no name', { rollout: { cluster: 'east', namespace: 'shop' } }],
    ['no Rollout', { rollout: null }],
    ['no outcome', { outcome: null }],
    ['a cause that is no text', { cause: 1 }],
    ['no cause', { cause: undefined }],
    ['no ledger', { ledger: undefined }],
    ['no records', { ledger: { records: [] } }],
  ])('a predicate with %s', (_, change) => {
    expect(ofPredicate(change)).toBeUndefined()
  })
})
