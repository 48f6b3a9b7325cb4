import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findRelease } from '../src/http/views/release-detail.ts'
import { answered, answerFaults } from './answered.ts'
import { aLedger, aView, NOW, readOptions } from './http/fleet-fixture.ts'
import { tellStory, theRelease } from './http/story.ts'

async function theDetail() {
  await using ledger = await aLedger()
  await tellStory(ledger)
  return (await findRelease(readOptions([aView(theRelease().cluster, { rollouts: [] })], ledger), theRelease().key))!
}

const SEEN = { fresh: true, asOf: NOW, blind: [] }

describe('a document that is written by hand', () => {
  test('is taken where the service has answered it, and where it is like that', async () => {
    const detail = await theDetail()
    expect(answered('ReleaseDetail', detail)).toBe(detail)
    expect(answered('Freshness', SEEN)).toBe(SEEN)
  })

  test.each<[string, object, string]>([
    ['lacks a field', { fresh: true, blind: [] }, '$.asOf: is missing'],
    ['has a field of another kind', { ...SEEN, asOf: 'now' }, '$.asOf: "now" is no number'],
    ['has a field that nobody has described', { ...SEEN, since: NOW }, '$.since: is not described'],
  ])('that %s is a fault', (_, document, fault) => {
    expect(answerFaults('Freshness', document)[0]).toContain(fault)
  })

  test.each<[string, (release: Record<string, unknown>) => unknown, RegExp]>([
    ['lacks a field', (release) => ({ ...release, stableHash: undefined }), /^\$\.release\.stableHash: /],
    ['has a field of another kind', (release) => ({ ...release, revision: 'main' }), /^\$\.release\.revision: /],
    ['has a field that no ledger keeps', (release) => ({ ...release, verdict: 'bad' }), /^\$\.release\.verdict: is not kept$/],
    [
      'has such a field within',
      (release) => ({ ...release, applied: { ...theRelease().applied, by: 'ana' } }),
      /\.applied\.by: is not kept$/,
    ],
  ])('whose release %s is a fault, though the API describes no more of it than stays', async (_, change, fault) => {
    const detail = await theDetail()
    expect(answerFaults('ReleaseDetail', { ...detail, release: change({ ...detail.release }) })[0]).toMatch(fault)
  })

  test('is held against that in each test of the pages that hands one to them', () => {
    const folder = new URL('ui/', import.meta.url)
    const taking = /src\/ui\/(?:board|release-page|releases-page|rollout-page|measurements|steps)\.ts'/
    const texts = readdirSync(folder).flatMap((name) =>
      name.endsWith('.test.ts') ? [[name, readFileSync(new URL(name, folder), 'utf8')]] : [],
    )
    const handing = texts.filter(([, text]) => taking.test(text!)).map(([name, text]) => ({ name, isHeld: text!.includes('answered(') }))
    expect(handing.length).toBeGreaterThan(3)
    expect(handing.filter(({ isHeld }) => !isHeld)).toEqual([])
  })
})
