import { describe, expect, it } from 'vitest'
import { createMemoryChannel } from '../../../src/adapters/channels/memory/channel.ts'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { closed, withdrawn } from '../../../src/reconcile/act/revert-receipts.ts'
import type { Refused } from '../../../src/reconcile/act/second-look.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { aFailure } from './a-failure.ts'

const NO: SourceFacts['refusal'] = { check: 'P10', reason: 'it renders something else.' }
const RENDERED: Partial<SourceFacts> = { provenBy: 'rendering', notRendered: null }

interface Seen {
  source?: Partial<SourceFacts> | null
  fault?: KedgeError
}

/** A revert that is withdrawn after its release (and others) were seen so; as the ledger has both from then on. */
async function withdraw({ isPushed = true, release, seen }: { isPushed?: boolean; release?: Partial<Release>; seen: readonly Seen[] }) {
  const failure = await aFailure()
  const { environment, known, planned, ledger, proof } = failure
  environment.channel = createMemoryChannel()
  const [kept] = ledger.releases({ limit: 1 })
  if (kept && release) await ledger.append([releaseEntry({ ...kept, ...release })])
  const refused = seen.map(({ source, fault }): Refused => {
    const facts = source === null ? null : { ...(known.findings.source ?? failure.facts()), ...source }
    return {
      known: { ...known, policy: { ...known.policy, channel: '#c' }, findings: { ...known.findings, source: facts, fault } },
      decision: { action: 'notify', reason: 'No revert PR.', checks: [] },
    }
  })
  const { entries, ...delivered } = withdrawn(environment, planned(), { refused, pushed: isPushed ? proof.commit : undefined })
  await ledger.append(entries?.() ?? [])
  expect(delivered).toEqual({ state: 'abandoned', event: 'revert-withdrawn' })
  const { state, outcome, takenBack, takenBackFor, takenBackTimes } = ledger.read('revert', planned().key) ?? planned()
  expect([state, outcome]).toEqual(['ended', 'withdrawn'])
  const told = ledger.pendingEffects().map(({ action }) => (action.type === 'publish-card' ? action.channel : action.type))
  return { kept: { takenBack, takenBackFor, takenBackTimes }, commit: proof.commit, release: ledger.read('release', 'r'), told }
}

describe('a pushed revert that is withdrawn', () => {
  it.each<[string, Seen, Revert['takenBackFor']]>([
    ['as who renders could not be asked', { source: { provenBy: 'files' }, fault: new KedgeError('E_RENDERER_REFUSED', 'no') }, undefined],
    ['as who renders did not find it', { source: { ...RENDERED, unfetched: true } }, undefined],
    ['as who renders was away for long', { source: { provenBy: 'files', rendererAway: true } }, undefined],
    ['as nobody can render it', { source: { provenBy: 'files', notRendered: 'Helm.' } }, { provenBy: 'files', reason: 'Helm.' }],
    ['as nobody can render it, and says why', { source: { provenBy: 'files', notRendered: null } }, { provenBy: 'files', reason: '' }],
    ['as it renders something else', { source: { ...RENDERED, refusal: NO } }, { provenBy: 'rendering', reason: NO.reason }],
  ])('%s keeps its commit and the answer, and its release is decided on and told of', async (_, seen, takenBackFor) => {
    const { kept, commit, release, told } = await withdraw({ seen: [seen] })
    expect(kept).toEqual({ takenBack: commit, takenBackFor, takenBackTimes: 1 })
    expect(release).toMatchObject({ revertKey: null, decision: { action: 'notify', reason: 'No revert PR.' } })
    expect(told).toEqual(['#c'])
  })

  it.each<[string, Seen]>([
    ['Git said of something else that it is in the way', { source: { ...RENDERED, refusal: { check: 'P5', reason: 'a later commit.' } } }],
    ['of which nothing that is rendered was refused', { source: RENDERED }],
    ['the proof by files was refused', { source: { provenBy: null, refusal: NO } }],
    ['Git said nothing', { source: null }],
  ])('as %s is no answer of who renders, and the next look decides', async (_, seen) => {
    const { kept, release, told } = await withdraw({ seen: [seen] })
    expect(kept).toEqual({ takenBack: undefined, takenBackFor: undefined, takenBackTimes: 1 })
    expect(release).toMatchObject({ revertKey: null, decision: null })
    expect(told).toEqual([])
  })

  it('keeps the one answer that there is, of whichever release', async () => {
    const { kept } = await withdraw({
      seen: [{ source: RENDERED }, { source: { ...RENDERED, unfetched: true } }, { source: { ...RENDERED, refusal: NO } }],
    })
    expect(kept).toMatchObject({ takenBackFor: { provenBy: 'rendering', reason: NO.reason } })
  })

  it.each<[string, Partial<Release>]>([
    ['has ended', { state: 'ended', outcome: 'superseded' }],
    ['has another revert', { revertKey: 'other' }],
  ])('leaves a release alone that %s', async (_, fields) => {
    const { release, told } = await withdraw({ release: fields, seen: [{ source: { ...RENDERED, refusal: NO } }] })
    expect([release, told]).toEqual([expect.objectContaining({ ...fields, decision: null }), []])
  })
})

it('a revert that is withdrawn before it was pushed keeps no commit, and is decided on', async () => {
  const { kept, release } = await withdraw({ isPushed: false, seen: [{ source: { ...RENDERED, refusal: NO } }] })
  expect(kept).toEqual({ takenBack: undefined, takenBackFor: undefined, takenBackTimes: undefined })
  expect(release).toMatchObject({ decision: { action: 'notify' } })
})

it('the receipt of a close has a number and an outcome, also where the ledger has neither', async () => {
  const { environment, planned } = await aFailure()
  expect(closed(environment, planned(), false).receipt).toEqual({ number: 0, outcome: '' })
})
