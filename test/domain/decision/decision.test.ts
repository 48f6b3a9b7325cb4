import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { decide, whyWait } from '../../../src/domain/decision/decision.ts'
import type { DecisionInput } from '../../../src/domain/decision/facts.ts'
import type { FailedBefore } from '../../../src/domain/decision/failed-before.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { ofInput, ofPolicy, ofRelease, ofSource, type Change } from './changes.ts'
import { clear, commit, sha, source } from './clear.ts'

const ofCounts =
  (change: Partial<DecisionInput['counts']>): Change =>
  (input) => ({ ...input, counts: { ...input.counts, ...change } })
const ofTemplate = (by: CommitSha | null = sha('1')): FailedBefore => ({ isSameTemplate: true, images: ['web:v2'], commit: by })
const ofImage = (by: CommitSha | null = sha('1')): FailedBefore => ({ ...ofTemplate(by), isSameTemplate: false })
const again = commit({ author: { name: 'renovate[bot]', email: 'bot@x' } })

/** Each stands in the way of a PR: the failed check, and what brings it about. */
const OBJECTIONS: readonly (readonly [string, string, Change])[] = [
  ['P1', 'the abort is not through', ofInput({ serving: 'aborting' })],
  ['P1', 'it is stuck', ofInput({ serving: 'stuck' })],
  ['P1', 'it rolls again', ofInput({ serving: 'rolling' })],
  ['P1', 'there is no version before', ofInput({ serving: 'first-deploy-failed' })],
  ['P1', 'the spec is invalid', ofInput({ serving: 'invalid-spec' })],
  ['P1', 'the cluster could not be asked once more', ofInput({ live: 'failed' })],
  ['P1', 'N was put back by hand', ofInput({ serving: 'in-step' })],
  ['P2', 'no Application', ofInput({ applications: [], source: null })],
  ['P2', 'another Application in its tracking id', ofInput({ ownershipDoubt: 'its tracking id names other.' })],
  ['P2', 'two Applications', ofInput({ applications: ['a', 'b'], source: null })],
  [
    'P3',
    'no branch',
    ofSource({ refusal: { check: 'P3', reason: 'a tag.' }, baseBranch: null, revision: null, good: null, revertKey: null, proof: null }),
  ],
  [
    'P4',
    'unknown revision',
    ofSource({ refusal: { check: 'P4', reason: 'unknown.' }, revision: null, good: null, revertKey: null, proof: null }),
  ],
  ['P5', 'a later commit', ofSource({ later: [commit({ sha: sha('d') })], proof: null })],
  ['P5', 'restored in Git', ofSource({ restoredInGit: true, later: [commit({ sha: sha('d') })], proof: null })],
  ['P6', 'N is not known', ofSource({ refusal: { check: 'P6', reason: 'unknown.' }, good: null, revertKey: null, proof: null })],
  ['P7', 'nothing changed in Git', ofSource({ culprits: [], paths: [], revertKey: null, proof: null })],
  ['P8', 'a revert', ofSource({ culprits: [commit({ subject: 'Revert "x"' })] })],
  ['P8', 'the squash of ours', ofInput({ mergedReverts: [sha('b')] })],
  ['P8', 'a revert by what it does', ofSource({ backToOlder: [sha('b')] })],
  ['P8', 'a version that has served here before', ofInput({ servedBefore: 'served' })],
  ['P8', 'a version that stood here before', ofInput({ servedBefore: 'stood' })],
  ['P8', 'commits that were too much to be looked at', ofSource({ tooMuchForOlder: 'of 21 commits' })],
  [
    'P8',
    'a bot, with the image that failed in another template',
    (input) => ofSource({ culprits: [commit(), again] })(ofInput({ failedBefore: [ofImage()] })(input)),
  ],
  ['P8', 'a bot again', (input) => ofSource({ culprits: [again] })(ofInput({ failedBefore: [ofTemplate()] })(input))],
  ['P8', 'an image bot again', (input) => ({ ...ofInput({ failedBefore: [ofTemplate()] })(input), imageUpdater: true })],
  ['P8', 'the third time', (input) => ofCounts({ revertsOfTemplate: 2 })(ofInput({ failedBefore: [ofTemplate(), ofTemplate()] })(input))],
  ['P9', 'its PR is being closed', ofInput({ sameRevert: { state: 'closing', outcome: 'promoted' } as Revert })],
  ['P9', 'another restores the same file', ofInput({ overlapping: { state: 'open', pullRequest: { number: 3 } } as Revert })],
  [
    'P9',
    'opened and closed again and again',
    ofInput({
      sameRevert: {
        state: 'ended',
        outcome: 'superseded',
        pullRequest: { number: 9, url: '' },
        formerPullRequests: [3, 6],
      } as unknown as Revert,
    }),
  ],
  [
    'P9',
    'declined for another Application',
    ofInput({ overlapping: { state: 'ended', outcome: 'declined', pullRequest: { number: 3 } } as Revert }),
  ],
  ['P9', 'declined before', ofInput({ sameRevert: { state: 'ended', outcome: 'declined' } as Revert })],
  ['P9', 'closed, says the forge', ofInput({ foundPullRequest: 'closed' })],
  ['P9', 'merged, says the forge', ofInput({ foundPullRequest: 'merged' })],
  ['P10', 'a conflict', ofSource({ conflicts: ['x'], proof: null })],
  ['P10', 'no proof', ofSource({ proof: null })],
  ['P10', 'a proof that fails', ofSource({ proof: { commit: sha('c'), tree: 't', atGood: 'one', atRevert: 'other', files: [] } })],
  ['P11', 'the mode is notify', ofPolicy({ mode: 'notify' })],
  ['P11', 'a human abort', ofRelease({ cause: 'human-abort' })],
  ['P11', 'an unknown cause', ofRelease({ cause: null })],
  ['P11', 'not allowed', ofInput({ repositoryAllowed: false })],
  ['P11', 'irreversible', ofPolicy({ irreversible: ['apps/**'] })],
  ['P11', 'irreversible, though an annotation lifts what is so by itself', ofPolicy({ irreversible: ['apps/**'], reversible: true })],
  ['P11', 'a hook that ran', ofSource({ irreversible: ['Job migrate'] })],
  ['P11', 'a migration', ofSource({ otherFiles: ['db/migrations/7.sql'] })],
  ['P12', 'one is open for it', ofCounts({ openForRollout: 1 })],
  ['P12', 'too many in the repository', ofCounts({ openForRepository: 10 })],
  ['P12', 'too many in the hour', ofCounts({ openedLastHour: 20 })],
]

/** Each leaves nothing at all to be done now. */
const SILENCES: readonly (readonly [string, 'none' | 'wait', Change])[] = [
  ['it has ended', 'none', ofRelease({ state: 'ended', outcome: 'promoted' })],
  ['nothing has failed', 'none', ofRelease({ attempts: [] })],
  ['it was broken before', 'none', ofRelease({ preExisting: true })],
  ['it is muted', 'none', ofPolicy({ mutedUntil: 2_000 })],
  ['the mode is observe', 'none', ofPolicy({ mode: 'observe' })],
  ['the view is stale', 'wait', ofInput({ fresh: false })],
  ['the live read differs', 'wait', ofInput({ live: 'moved' })],
  ['the controller has not caught up', 'wait', ofInput({ serving: 'unknown' })],
]

describe('a decision', () => {
  it('opens a revert when nothing stands in the way', () => {
    expect(decide(clear)).toMatchObject({ action: 'open-revert' })
  })

  it.each(OBJECTIONS)('fails %s and only tells people when: %s', (check, _, change) => {
    const decision = decide(change(clear))
    expect(decision.action).toBe('notify')
    expect(decision.checks.find((one) => one.outcome === 'failed')?.id).toBe(check)
    expect(decision.reason).toMatch(/^No revert PR: \S/)
    expect(decision.checks).toHaveLength(12)
  })

  it('says nothing of the allow list while it is not known which repository it is', () => {
    const { action, checks } = decide(ofInput({ repositoryAllowed: false, source: { ...source, repoURL: null } })(clear))
    expect([action, checks.find(({ id }) => id === 'P11')?.outcome]).toEqual(['notify', 'skipped'])
  })

  it.each(SILENCES)('does nothing when %s', (_, action, change) => {
    expect(decide(change(clear)).action).toBe(action)
  })

  it.each(SILENCES)('has to wait before anybody is asked as it would in the end, when %s', (_, action, change) => {
    const input = change(clear)
    const isSeen = action === 'wait' && input.live !== 'moved'
    expect(whyWait(input)).toBe(isSeen ? decide(input).reason : undefined)
  })

  it('never opens a revert unless all twelve checks have passed, whatever comes together', () => {
    const changes = [...OBJECTIONS.map(([, , change]) => change), ...SILENCES.map(([, , change]) => change)]
    fc.assert(
      fc.property(fc.subarray(changes, { minLength: 1, maxLength: 5 }), (some) => {
        const decision = decide(some.reduce((input, change) => change(input), clear))
        expect(decision.action).not.toBe('open-revert')
      }),
      { numRuns: 3_000 },
    )
  })

  it('a person who releases the template again gets one more PR, with a warning', () => {
    const decision = decide(ofInput({ failedBefore: [ofTemplate()] })(clear))
    expect(decision.action).toBe('open-revert')
    expect(decision.checks.find((check) => check.id === 'P8')?.detail).toContain('failed 2 times')
  })

  it("opens a revert of what a person put on a bot's commit that has failed: the bot has not pushed it again", () => {
    const bots = commit({ ...again, sha: sha('a') })
    const input = ofSource({ culprits: [bots, commit()] })(ofInput({ failedBefore: [ofImage(sha('a'))] })(clear))
    expect(decide(input).action).toBe('open-revert')
  })

  it('opens a revert of what a bot has put right on top of what has failed, which it has not pushed again', () => {
    const bots = commit({ ...again, sha: sha('d') })
    const before = ofInput({ failedBefore: [ofImage(sha('a'))] })
    const onTop = ofSource({ revision: bots, culprits: [commit({ sha: sha('a') }), bots] })(before(clear))
    expect(decide(onTop).action).toBe('open-revert')
    // In between, somebody may have taken it back.
    const later = ofSource({ revision: bots, culprits: [commit({ sha: sha('a') }), commit({ sha: sha('c') }), bots] })(before(clear))
    expect(decide(later).action).toBe('notify')
  })

  it('opens a revert of what stood on what a bot has pushed when it failed', () => {
    const below = commit({ ...again, sha: sha('d') })
    const culprits = [below, commit({ sha: sha('a') }), commit({ sha: sha('c') })]
    const input = ofSource({ revision: commit({ sha: sha('c') }), culprits })(ofInput({ failedBefore: [ofImage(sha('a'))] })(clear))
    expect(decide(input).action).toBe('open-revert')
  })

  it('opens a revert where a bot has pushed something, and it was no image of what failed', () => {
    const bots = commit({ ...again, sha: sha('d') })
    const culprits = [commit({ sha: sha('a') }), commit({ sha: sha('c') }), bots]
    const withImages = (imageCommits: readonly CommitSha[] | null) =>
      decide(ofSource({ revision: bots, culprits, imageCommits })(ofInput({ failedBefore: [ofImage(sha('a'))] })(clear))).action
    expect(withImages([sha('a')])).toBe('open-revert')
    expect(withImages([sha('a'), bots.sha])).toBe('notify')
    expect(withImages(null)).toBe('notify')
  })

  it('opens a revert of what a person has released, whatever else a bot has pushed on it that has failed', () => {
    const bots = commit({ ...again, sha: sha('d') })
    const [person, newest] = [commit({ sha: sha('a') }), commit({ sha: sha('e') })]
    const other: FailedBefore = { isSameTemplate: false, images: ['web:v9'], commit: bots.sha }
    const input = ofSource({ revision: newest, culprits: [person, commit({ sha: sha('c') }), bots, newest] })(clear)
    expect(decide(ofInput({ failedBefore: [ofTemplate(person.sha), other] })(input)).action).toBe('open-revert')
    expect(decide(ofInput({ failedBefore: [ofTemplate(person.sha)] })(input)).action).toBe('notify')
  })

  it('opens a revert of what the cluster has tried again, whoever has pushed it', () => {
    const input = ofSource({ revision: again, culprits: [again] })(ofInput({ failedBefore: [ofTemplate(again.sha)] })(clear))
    expect(decide(input).action).toBe('open-revert')
    expect(decide(input).checks.find((check) => check.id === 'P8')?.detail).toContain('nobody has pushed them again')
  })

  it.each([
    ['what a bot has pushed again is tried again by the cluster', [again], [ofTemplate(sha('1')), ofTemplate(again.sha)]],
    ['a person puts something on what a bot has pushed again', [again, commit({ sha: sha('c') })], [ofImage(sha('1')), ofImage(again.sha)]],
    ['with which commit it failed before is not known', [again], [ofTemplate(null)]],
  ])('opens none where %s', (_, culprits, before) => {
    const decision = decide(ofSource({ revision: culprits.at(-1) ?? null, culprits })(ofInput({ failedBefore: before })(clear)))
    expect(decision.checks.find((check) => check.id === 'P8')).toMatchObject({ outcome: 'failed' })
  })

  it('opens a revert when a person releases what failed again, though its files are those of the commit that failed', () => {
    const decision = decide(ofSource({ backToOlder: [sha('b')] })(ofInput({ failedBefore: [ofImage()] })(clear)))
    expect(decision.action).toBe('open-revert')
    expect(decision.checks.find((check) => check.id === 'P8')?.detail).toContain('The image web:v2 has failed here before')
  })

  it('in mode observe says what mode pr would do', () => {
    expect(decide(ofPolicy({ mode: 'observe' })(clear)).reason).toContain('would open')
    expect(decide(ofPolicy({ mode: 'observe' })(ofSource({ conflicts: ['x'], proof: null })(clear))).reason).toContain('tell people only')
  })
})
