import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/domain/decision/decision.ts'
import type { DecisionInput, SyncsBeside } from '../../../src/domain/decision/facts.ts'
import { ofInput, ofSource, type Change } from './changes.ts'
import { clear, commit, sha } from './clear.ts'

// A release that was promoted, and that an alert names since: an alert proves nothing of a commit, so each doubt refuses by itself.

type Seen = NonNullable<DecisionInput['burn']>

const FLAGS = ['flags/web.yaml']
const burn: Seen = {
  alert: 'ErrorBudgetBurn',
  fingerprint: 'f',
  objective: {},
  beganAt: 2_000,
  promotedAt: 1_000,
  bakeMs: 1,
  others: 0,
  past: 'clean',
  state: 'firing',
  isRun: true,
}
const ofBurn =
  (change: Partial<Seen>, more: Change = (input) => input): Change =>
  (input) =>
    more({ ...input, serving: 'in-step', burn: { ...burn, ...change } })

function p1(change: Change): { title?: string; outcome?: string; detail?: string } {
  const { title, outcome, detail } = decide(change(clear)).checks.find(({ id }) => id === 'P1') ?? {}
  return { ...(title && { title }), ...(outcome && { outcome }), ...(detail && { detail }) }
}
const beside = (change: Partial<SyncsBeside>): Change => ofSource({ syncsBeside: { changes: [], isAllKnown: true, ...change } })

describe('check P1 of what an alert names', () => {
  it('passes where it serves, the alert fires and nothing else can be meant, and says how fresh that is', () => {
    expect(p1(ofBurn({}))).toEqual({
      title: 'The cluster serves N+1, whose alert fires, seen fresh and live',
      outcome: 'passed',
      detail: 'N+1 serves, and ErrorBudgetBurn fires since after its promotion, and not before, confirmed by a live read.',
    })
    expect(p1(ofBurn({}, ofInput({ live: 'unasked' }))).detail).toMatch(/not before; the live read comes last\.$/)
    expect(p1(ofBurn({}, ofInput({ source: null }))).outcome).toBe('passed')
    expect(p1(ofBurn({}, beside({}))).outcome).toBe('passed')
  })

  it('speaks of the flag where a flag was applied', () => {
    expect(p1(ofBurn({ flags: FLAGS }))).toEqual({
      title: 'The flag is applied, and its alert fires, seen fresh and live',
      outcome: 'passed',
      detail: 'One version serves, and ErrorBudgetBurn fires since after the flag was applied, and not before, confirmed by a live read.',
    })
  })

  it.each<[string, Change, RegExp]>([
    ['somebody has taken it back', ofBurn({}, ofInput({ serving: 'undone' })), /^somebody has taken it back by hand/],
    ['the Rollout is between two versions', ofBurn({}, ofInput({ serving: 'rolling' })), /^the Rollout is between two versions/],
    ['the cluster runs something else', ofBurn({ isRun: false }), /^the cluster does not run it any more/],
    ['the alert has ended', ofBurn({ state: 'resolved' }), /^the alert ErrorBudgetBurn does not stand\. It does not fire any more/],
    ['somebody has silenced it', ofBurn({ state: 'silenced' }), /does not stand\. Somebody has silenced it/],
    ['nobody says how it stands', ofBurn({ state: 'unknown' }), /does not stand\. Whether it still fires is not known/],
    ['another release was promoted', ofBurn({ others: 1 }), /^1 other release\(s\) of the Rollout .* it may be about one of them/],
    ['a template was promoted beside the flag', ofBurn({ others: 1, flags: FLAGS }), /^1 template\(s\) of the Rollout/],
    ['whether it fired before is not known', ofBurn({ past: 'unknown' }), /before the promotion is not known: nobody keeps that\.$/],
    [
      'that is not known of a flag, and why',
      ofBurn({ past: 'unknown', pastDetail: 'no history', flags: FLAGS }),
      /before the flag was applied is not known: no history\.$/,
    ],
    ['the cluster could not be asked', ofBurn({}, ofInput({ live: 'failed' })), /^the cluster could not be asked once more/],
    ['not all is told', ofBurn({}, beside({ isAllKnown: false })), /^Argo CD does not tell of all that was applied/],
  ])('fails where %s', (_, change, words) => {
    expect(p1(change)).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(words) as string })
  })

  it('fails where something else was applied within the window, and names it as far as Git does', () => {
    const other = { at: 0, commit: commit({ sha: sha('e'), subject: 'a ConfigMap' }) }
    expect(p1(ofBurn({}, beside({ changes: [other] }))).detail).toMatch(
      /^besides N\+1 \(bbbbbbbbbbbb “web v2”\), eeeeeeeeeeee “a ConfigMap” was applied \([^,]*\), within/,
    )
    const unnamed = beside({ changes: [{ at: 0, commit: null }, other], isAllKnown: false })
    const ofFlag = p1(ofBurn({ flags: FLAGS }, (input) => ofSource({ revision: null })(unnamed(input))))
    expect(ofFlag).toMatchObject({ outcome: 'failed' })
    expect(ofFlag.detail).toMatch(/^besides the flag, another change of the Application was applied \(.*, and 1 more before it\), within/)
  })
})

it('what was put on top since the promotion refuses the revert of what an alert names, and of nothing else', () => {
  const staying = ofSource({ staying: [commit({ sha: sha('d'), subject: 'docs' })] })
  const p5 = (input: DecisionInput): string | undefined => decide(input).checks.find(({ id }) => id === 'P5')?.outcome
  expect(p5(ofBurn({}, staying)(clear))).toBe('failed')
  expect(p5(staying(clear))).toBe('passed')
})
