import { expect, it } from 'vitest'
import type { AppliedSync } from '../../../../src/domain/application/applied.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { broughtByFormerSync, cameBackUnsynced, rolledBackFrom } from '../../../../src/reconcile/git-facts/syncs/by-hand.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { applied, aReplicaSet, aSync } from '../../../domain/release/a-look.ts'
import { aQuestion, web } from '../a-question.ts'

/** N ran with number 1, and is back with number 4. */
const stable = aReplicaSet('old', 4, { formerRevisions: [0, 1] })

const of = (rolloutRevision: number, fields: Partial<Release> = {}): Release =>
  aRelease({ key: `${rolloutRevision}`, podTemplateHash: 'x', rolloutRevision, applied: applied('x'), ...fields })

const ofN = (rolloutRevision: number, fields: Partial<Release> = {}): Release =>
  of(rolloutRevision, { podTemplateHash: 'old', applied: applied('n'), ...fields })

type Unsynced = Parameters<typeof cameBackUnsynced>[0]

it.each<[string, Partial<Unsynced>, boolean]>([
  ['it never left', { stable: aReplicaSet('old', 4) }, false],
  ['it is not in view', { stable: undefined }, false],
  ['both that ran between are known', { others: [of(2), of(3)] }, false],
  ['one of the two is not known', { others: [of(2)] }, true],
  ['those before and after say nothing of it', { others: [of(1), of(4), of(2)] }, true],
  ['one is known of twice', { others: [of(2), of(2, { key: 'b' })] }, true],
  ['one is not known, while Argo CD was seen to find N as Git asks', { others: [of(2)], seenAsAsked: true }, false],
  ['one is not known, and a sync has begun this stay', { others: [of(2), ofN(4)] }, false],
  ['one is not known, and what has begun this stay is not either', { others: [of(2), ofN(4, { applied: null })] }, true],
  ['one is not known, and a sync has begun a former stay', { others: [of(2), ofN(1)] }, true],
  ['one is not known, and a sync has begun another version of that number', { others: [of(2), of(4)] }, true],
  ['one of them was undone', { others: [of(2), of(3, { cause: 'undone' })] }, true],
  ['one of them was undone, as Argo CD found N as Git asks', { others: [of(3, { cause: 'undone' }), of(2)], seenAsAsked: true }, true],
  ['one was undone before', { others: [of(2), of(3), of(1, { cause: 'undone' })] }, false],
  ['one was undone after', { others: [of(2), of(3), of(4, { cause: 'undone' })] }, false],
  ['no sync brought one, which made it', { others: [of(2), of(3, { applied: null, outcome: 'promoted' })] }, true],
  ['no sync brought one, which failed', { others: [of(2), of(3, { applied: null, outcome: 'restored' })] }, false],
  ['a sync brought one, which made it', { others: [of(2), of(3, { outcome: 'promoted' })] }, false],
])('whether N came back without a sync: %s', (_, fields, expected) => {
  expect(cameBackUnsynced({ stable, others: [], seenAsAsked: false, ...fields })).toBe(expected)
})

it('of a stay without a number no more is told than of what lies before all', () => {
  expect(cameBackUnsynced({ stable: { ...stable, rolloutRevision: undefined }, others: [of(2)], seenAsAsked: false })).toBe(false)
})

it.each<[string, readonly Release[], boolean]>([
  ['a former stay began with the same sync', [ofN(4), ofN(1)], true],
  ['one of several did', [ofN(1, { applied: applied('m') }), ofN(0), ofN(4)], true],
  ['it began with another', [ofN(4), ofN(1, { applied: applied('m') })], false],
  ['nothing is known of a former stay', [ofN(4)], false],
  ['nothing is known of this stay', [ofN(1), ofN(0)], false],
  ['another version began with the same sync', [ofN(4), of(1, { applied: applied('n') })], false],
  ['it is not known what began a former one', [ofN(4), ofN(1, { applied: null })], false],
  ['a later one began with the same sync', [ofN(4), ofN(5)], false],
  ['neither is known', [ofN(4, { applied: null }), ofN(1, { applied: null })], false],
  ['it is not known what began this one', [ofN(4, { applied: null }), ofN(1)], false],
])("whether N's stay is put down to the sync of a former stay: %s", (_, others, expected) => {
  expect(broughtByFormerSync({ stable, others })).toBe(expected)
})

it('nothing is put down to a former sync where N is not in view', () => {
  expect(broughtByFormerSync({ stable: undefined, others: [ofN(4), ofN(1)] })).toBe(false)
})

const COMMITS = { a: web('v1'), b: web('v2'), c: web('v3'), side: { files: { 'apps/web/web.yaml': web('v4') }, upon: 'a' } }

/** Syncs of commits, newest first; the first of them is N's, unless another is named. */
async function rolledBack(synced: readonly string[], failed: string | null, from = 0): Promise<unknown> {
  const { question, sha, named } = aQuestion({ commits: COMMITS, synced: [], head: 'c' })
  const older = synced.map((name, at): AppliedSync => aSync(sha(name), 100 - at))
  const sync = older[from]
  if (!sync) throw new Error('no sync')
  const found = await rolledBackFrom(question, { sync, failed: failed === null ? null : applied(sha(failed)) }, older)
  return found && named([found.revisions, found.startedAt])
}

it.each<[string, readonly string[], string | null, unknown]>([
  ['a later commit was synced right before', ['a', 'b'], 'c', [['b'], 99]],
  ['the same was synced again in between', ['a', 'a', 'b'], 'c', [['b'], 98]],
  ['an earlier one was synced before', ['b', 'a'], 'c', undefined],
  ['one of another branch was synced before', ['b', 'side'], 'c', undefined],
  ['nothing was synced before', ['a'], 'c', undefined],
  ['what failed does not come after either', ['a', 'b'], 'side', undefined],
  ['what failed comes after neither', ['b', 'c'], 'side', [['c'], 99]],
  ['what failed is not known', ['a', 'b'], null, [['b'], 99]],
  ['what failed is gone', ['a', 'b'], 'gone', [['b'], 99]],
  ['N is gone', ['gone', 'b'], 'c', undefined],
  ['what was synced before is gone', ['a', 'gone'], 'c', undefined],
])('what Argo CD went back from in Git for a sync: %s', async (_, synced, failed, expected) => {
  expect(await rolledBack(synced, failed)).toEqual(expected)
})

it('only what was synced before N counts', async () => {
  expect(await rolledBack(['c', 'a', 'b'], 'c', 1)).toEqual([['b'], 98])
  expect(await rolledBack(['c', 'b', 'a'], 'c', 1)).toBeUndefined()
})

it('versions of a chart are no commits', async () => {
  const { question, sha } = aQuestion({ commits: COMMITS, synced: [], head: 'c' })
  const [sync, before, chart] = [aSync(sha('a')), aSync(sha('b')), aSync('1.2.3')]
  const failed = applied(sha('c'))
  expect(await rolledBackFrom(question, { sync: chart, failed }, [chart, before])).toBeUndefined()
  expect(await rolledBackFrom(question, { sync, failed }, [sync, chart])).toBeUndefined()
  expect(await rolledBackFrom(question, { sync, failed: applied('1.2.3') }, [sync, before])).toEqual(before)
})
