import { expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { BACK_IN_GIT } from '../../../src/domain/decision/back-in-git.ts'
import { buildCard } from '../../../src/domain/notice/card.ts'
import { experimentFields } from '../../../src/domain/notice/experiment.ts'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { burning, FLAGS } from '../an-attempt.ts'

const [SECOND, THIRD] = ['2'.repeat(40) as CommitSha, '3'.repeat(40)]
const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'k', ...fields })
const merged = aRevert({ key: 'v', state: 'ended', outcome: 'merged' })
const backInGit: Partial<Release> = {
  decision: { action: 'notify', reason: 'why', checks: [{ id: 'P5', title: '', outcome: 'failed', detail: BACK_IN_GIT }], at: 0 },
}
const newer: KeptWish = {
  state: 'waiting-for-sync',
  revisions: [SECOND],
  podTemplateHash: 'x',
  images: ['registry.example/web:1.9.0'],
}
const applied = (...revisions: string[]) => ({ application: 'argocd/web', revisions })
const PULL = { number: 7, url: '', author: 'ada', approvers: [] }
const instead = { podTemplateHash: 'y', images: ['registry.example/web:1.6.0'] }

const OWN = 'web:1.8.0 (1111111)'
const BEFORE = 'web:1.7.3'
const BETWEEN = 'between two versions'

const sides = (release: Release, revert = undefined as typeof merged | undefined): readonly string[] =>
  buildCard(release, revert, { links: [] })
    .fields.slice(0, 2)
    .map(({ label, value }) => `${label}: ${value}`)

it.each<[string, readonly [string, string], Release, typeof merged?]>([
  ['went back', [OWN, BEFORE], failed()],
  ['went back, and Git has moved on', ['web:1.9.0 (2222222 as Argo CD compared)', BEFORE], failed({ wish: newer })],
  ['went back, and Git, too', ['web:1.7.3, not synced yet', BEFORE], failed(backInGit)],
  [
    'was told the version before by hand, and Git asks for it, too',
    ['web:1.7.3, not synced yet', BEFORE],
    failed({ serving: 'undone' }),
    merged,
  ],
  ['is between two versions, and Git asks for the one before', [OWN, BETWEEN], failed({ serving: 'stuck' }), merged],
  ['tries it again, and Git asks for the one before', [OWN, BETWEEN], failed({ state: 'rolling' }), merged],
  ['does not abort', [OWN, BETWEEN], failed({ serving: 'stuck' })],
  ['aborts', [OWN, BETWEEN], failed({ serving: 'aborting' })],
  ['was told something else by hand', [OWN, 'web:1.6.0'], failed({ serving: 'undone', instead })],
  ['never had another version', [OWN, 'nothing that ever served'], failed({ stableHash: 'abc' })],
  ['runs what a commit made', [OWN, 'web:1.7.3 (2222222)'], failed({ goodRevision: SECOND, goodApplied: applied(THIRD) })],
  ['runs what a sync brought', [OWN, 'web:1.7.3 (3333333 as Argo CD synced)'], failed({ goodApplied: applied('7.0.1', THIRD) })],
  ['serves what an alert names', [OWN, 'web:1.8.0'], burning()],
  ['leaves what an alert names', [OWN, BETWEEN], burning({}, { serving: 'rolling' })],
  ['was told by hand to leave what an alert names', [OWN, BEFORE], burning({}, { serving: 'undone' })],
  ['is back by a merge while the alert fires', [OWN, BEFORE], burning(), merged],
  ['has flags that an alert names', ['flag flags/web.json (1111111)', 'web:1.7.3, as before it'], burning(FLAGS)],
  ['has had flags that an alert names', ['it as it was before', 'web:1.7.3, as before it'], burning(FLAGS), merged],
])('a card of an open release has both sides, where the cluster %s', (_, [wants, runs], release, revert) => {
  expect(sides(release, revert)).toEqual([`Git wants: ${wants}`, `Cluster runs: ${runs}`])
})

it.each<[string, Release]>([
  ['failed', failed({ wish: newer, instead })],
  ['burned', burning()],
])('once a release that %s is over, its card has what failed and what was before it, whatever is asked for by now', (_, release) => {
  expect(sides({ ...release, state: 'ended', outcome: 'superseded' })).toEqual([`Failed version: ${OWN}`, `Version before: ${BEFORE}`])
})

it.each<[string, Partial<Release>]>([
  ['(1111111 by Ada)', { author: 'Ada', applied: applied(SECOND) }],
  ['(1111111, #7 merged by linus)', { sourcePr: { ...PULL, mergedBy: 'linus' } }],
  ['(1111111 by Ada, #7)', { author: 'Ada', sourcePr: PULL }],
  ['(2222222 as Argo CD synced)', { revision: null, author: 'Ada', applied: applied('7.0.1', SECOND) }],
])('the commit that brought a version stands behind its name: %s', (words, fields) => {
  expect(sides(failed(fields))[0]).toBe(`Git wants: web:1.8.0 ${words}`)
})

it.each<[string, Release['applied']]>([
  ['nothing', null],
  ['a sync of a version', applied('7.0.1')],
])('of no commit nothing stands behind it: %s', (_, sync) => {
  expect(sides(failed({ revision: null, applied: sync }))[0]).toBe('Git wants: web:1.8.0')
})

it.each<[string, Release['applied']]>([
  ['a sync that is not known', null],
  ['a sync of argocd/web', applied('7.0.1')],
  ['a sync of argocd/web at 2222222', applied('7.0.1', SECOND)],
])('a card of an Experiment has its name and what made it: %s', (madeBy, sync) => {
  expect(sides(failed({ rollout: 'experiment:web-ab', applied: sync }))).toEqual(['Experiment: web-ab', `Made by: ${madeBy}`])
})

it('what is called as no Experiment is has its whole name', () => {
  expect(experimentFields({ rollout: 'web-ab', applied: null })[0]).toEqual({ label: 'Experiment', value: 'web-ab' })
})
