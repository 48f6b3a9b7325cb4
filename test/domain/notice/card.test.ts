import { describe, expect, it } from 'vitest'
import { buildCard, isUndecided, outcomeSentence, type Card } from '../../../src/domain/notice/card.ts'
import { buildMovedCard } from '../../../src/domain/notice/moved-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, AT, burning, FLAGS } from '../an-attempt.ts'
import { EVIDENCE } from '../an-evidence.ts'

const MINUTE = 60_000
const LINK = { text: 'Dashboard', url: 'https://grafana.example/d' }
const said = { by: 'ana', user: 'U1', channel: 'C1', at: AT }
const notified = { action: 'notify', reason: 'No revert PR: the mode is notify.', checks: [], at: AT }
const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'k', attempts: [anAttempt()], ...fields })
const card = (release: Release, revert?: Revert, more: { quietUntil?: number } = {}): Card =>
  buildCard(release, revert, { links: [LINK], ...more })

/** Whatever can be said of one: it has failed twice, somebody is on it and has snoozed it, its version is in quarantine. */
const handled = failed({
  attempts: [anAttempt(), anAttempt({ seenAt: AT + MINUTE, evidence: [EVIDENCE] })],
  decision: {
    ...notified,
    theirs: { number: 9, url: 'https://github.com/acme/shop/pull/9' },
  },
  quarantine: { key: 'abcdef012345', until: Date.parse('2026-12-15T00:00:00Z') },
  onIt: said,
  snooze: { ...said, by: 'linus', until: AT + 60 * MINUTE, pullRequest: null },
})

const EXPOSED =
  'since 2026-12-01 12:01 UTC: any change of the Rollout in Git or a sync of it, a rebuild of the cluster, or an image bot can bring the ' +
  'failed version back'

it('a card has what is to do, the versions, the cause, who handles it, what was measured and every link', () => {
  const { facts, ...words } = card(handled, undefined, { quietUntil: AT + 60 * MINUTE })
  expect(words).toEqual({
    key: 'k',
    tone: 'bad',
    todo: 'Merge #9',
    title: 'shop/web: web:1.8.0 failed; the cluster went back, Git did not',
    fields: [
      { label: 'Git wants', value: 'web:1.8.0 (1111111)' },
      { label: 'Cluster runs', value: 'web:1.7.3' },
      { label: 'Cause', value: 'the analysis failed (attempt 2)' },
      { label: 'Cluster', value: 'east' },
      { label: 'Quarantine', value: 'until 2026-12-15 (abcdef012345)' },
      { label: 'Exposed', value: EXPOSED },
      { label: 'On it', value: 'ana' },
      { label: 'Snoozed', value: 'until 13:00 UTC, by linus' },
    ],
    evidence: ['success-rate 0.91, wanted result >= 0.95 (3 of 5 failed, failureLimit 2)'],
    outcome: 'No revert PR: the mode is notify.',
    links: [{ text: 'PR #9', url: 'https://github.com/acme/shop/pull/9' }, LINK],
    snooze: 'on',
  })
  expect(facts).toMatchObject({ state: 'failed', attempt: 2 })
})

it('once a release is over, nobody handles it, nothing is exposed, and nobody waits for the end of a quarantine', () => {
  const over = card({ ...handled, state: 'ended', outcome: 'promoted' }, undefined, { quietUntil: AT })
  expect(over.fields.map(({ label }) => label)).toEqual(['Failed version', 'Version before', 'Cause', 'Cluster'])
  expect(over).not.toHaveProperty('snooze')
})

it('a snooze that is over is no news, and a card says so to whoever can begin one', () => {
  const one = card(handled)
  expect(one.fields.map(({ label }) => label)).not.toContain('Snoozed')
  expect(one.snooze).toBe('off')
})

it('a cause that is not known yet has no line, and the first attempt has no number', () => {
  expect(card(failed({ cause: null })).fields.map(({ label }) => label)).toEqual(['Git wants', 'Cluster runs', 'Cluster', 'Exposed'])
  expect(card(failed()).fields[2]).toEqual({ label: 'Cause', value: 'the analysis failed' })
  expect(card(burning(FLAGS)).fields[2]).toEqual({ label: 'Cause', value: 'an alert that began after its sync fires' })
})

describe('the evidence of a card', () => {
  const metric = (name: string) => ({ ...EVIDENCE, metric: name })
  const names = (release: Release) => card(release).evidence.map((line) => line.split(' ')[0])

  it('is five lines at most, of the newest attempt', () => {
    const attempts = [anAttempt({ evidence: [metric('old')] }), anAttempt({ evidence: ['a', 'b', 'c', 'd', 'e', 'f'].map(metric) })]
    expect(names(failed({ attempts }))).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('is that of the pause while a person is waited for', () => {
    expect(
      names(failed({ attempts: [anAttempt({ evidence: [metric('old')] })], waiting: { reason: '', evidence: [metric('now')] } })),
    ).toEqual(['now'])
  })

  it('is none where nothing was measured, and the alert of what burns', () => {
    expect(names(failed({ attempts: [] }))).toEqual([])
    expect(names(burning())).toEqual(['ErrorBudgetBurn'])
  })
})

it('the revert PR is linked before that of a person', () => {
  expect(card(handled, aRevert({ key: 'v' })).links.map(({ text }) => text)).toEqual(['PR #7', 'Dashboard'])
  expect(card(failed()).links).toEqual([LINK])
})

it.each<[Card['tone'], string, Release, Revert?]>([
  ['good', 'is restored', failed({ state: 'ended', outcome: 'restored' })],
  ['good', 'made it', failed({ state: 'ended', outcome: 'promoted' })],
  ['info', 'is superseded', failed({ state: 'ended', outcome: 'superseded' })],
  ['info', 'is gone, with a PR', failed({ state: 'ended', outcome: 'gone' }), aRevert({ key: 'v' })],
  ['waiting', 'has a revert PR', failed(), aRevert({ key: 'v' })],
  ['waiting', 'is tried again', failed({ state: 'rolling' })],
  ['bad', 'has a plan alone', failed(), aRevert({ key: 'v', state: 'planned', pullRequest: null })],
  ['bad', 'has nothing', failed()],
])('the mark is %s where a release %s', (tone, _, release, revert) => {
  expect(card(release, revert).tone).toBe(tone)
})

describe('what was done where there is no revert', () => {
  const experiment = { rollout: 'experiment:web-ab' }
  it.each<[string, Release]>([
    ['Nothing was decided yet.', failed()],
    ['No revert PR: the mode is notify. Correct the spec in Git.', failed({ decision: notified, serving: 'invalid-spec' })],
    ['Nothing has failed, so nothing is reverted. Promote it, or abort it.', failed({ waiting: { reason: '', evidence: [] } })],
    ['It is being tried again. Should it fail once more, that is decided anew.', failed({ state: 'rolling', decision: notified })],
    ['Nothing was decided yet.', failed({ state: 'rolling', attempts: [] })],
    ['Git and cluster agree again.', failed({ outcome: 'restored' })],
    [
      'The parameters of the Application ask for the version before by now. The branch asks for the failed one as before: should they be ' +
        'taken back, it comes again.',
      failed({ outcome: 'restored', restoredBy: 'parameters' }),
    ],
    ['Its version serves, as Git asks.', failed({ outcome: 'promoted' })],
    ['The alert is over, and the bake window, too. Its version serves on.', burning({}, { outcome: 'promoted' })],
    ['A newer release took its place.', failed({ outcome: 'superseded' })],
    ['The Rollout is gone.', failed({ outcome: 'gone' })],
    ['Nothing was decided yet.', failed(experiment)],
    ['The failed Experiment is out of Git.', failed({ ...experiment, outcome: 'restored' })],
    ['It is over.', failed({ ...experiment, outcome: 'promoted' })],
    ['The Experiment was made anew.', failed({ ...experiment, outcome: 'superseded' })],
    ['The Experiment is gone.', failed({ ...experiment, outcome: 'gone' })],
  ])('is told as: %s', (sentence, release) => {
    expect(outcomeSentence(release, undefined)).toBe(sentence)
  })

  it('is undecided until something was decided', () => {
    expect([isUndecided(card(failed())), isUndecided(card(failed({ decision: notified })))]).toEqual([true, false])
  })
})

it('the card of a release that is told elsewhere by now says that, and nothing that changes', () => {
  const { facts, ...words } = buildMovedCard(failed(), [LINK])
  expect(words).toEqual({
    key: 'k',
    tone: 'info',
    title: 'shop/web: web:1.8.0 is told in another channel',
    fields: [{ label: 'Cluster', value: 'east' }],
    evidence: [],
    outcome: 'The policy names another channel by now: what becomes of it is told there.',
    links: [LINK],
  })
  expect(facts).toMatchObject({ state: 'failed', pullRequest: null })
})
