import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { closingComment } from '../../../src/domain/revert/closing-words.ts'
import type { Revert, RevertOutcome } from '../../../src/domain/revert/revert.ts'
import { eventOfBranch, eventOfRevert, isBack, isRestoreOverdue, type PullRequestFacts } from '../../../src/domain/revert/steps.ts'

const SHA = 'd'.repeat(40) as CommitSha
const ours = { key: 'k', baseBranch: 'main', commit: 'ours', touchedByOthers: false, culprits: [{ sha: SHA }] }
const revert = ours as unknown as Revert
const open: PullRequestFacts = { state: 'open', headSha: 'ours', base: 'main', mergeCommit: undefined }

function release(change: Partial<Release> = {}, application = 'argocd/web'): Release {
  const applied = { application, revisions: [] }
  const common = { cluster: 'prod', rollout: 'web', templateKey: 't', rolloutRevision: 2 }
  return { ...common, state: 'failed', outcome: 'open', applied, ...change } as Release
}

const ended = (outcome: Release['outcome'], change: Partial<Release> = {}): Release => release({ state: 'ended', outcome, ...change })
const asked = (change: object = {}): SourceFacts =>
  ({ restoredInGit: false, overtaken: false, later: [], dropped: [], revertKey: 'k', ...change }) as unknown as SourceFacts

const UNPROVEN = { refusal: { check: 'P10', reason: 'the revert renders something else' }, provenBy: 'rendering' }

function endOf(releases: readonly Release[], source: SourceFacts | null, pullRequest: PullRequestFacts | undefined = open) {
  const event = eventOfRevert(revert, { releases, source, pullRequest, held: false, now: 7 })
  return event && 'outcome' in event ? event.outcome : event?.type
}

describe('a live revert', () => {
  it('is left alone while it is open, its release has failed and Git asks for that', () => {
    expect(endOf([release()], asked())).toBeUndefined()
    expect(endOf([release()], null)).toBeUndefined()
    expect(endOf([release()], asked(), undefined)).toBeUndefined()
  })

  it('has ended as people ended its pull request, whatever else has happened', () => {
    const facts = { releases: [ended('restored')], source: asked({ restoredInGit: true }), held: true, now: 7 }
    const of = (pullRequest: PullRequestFacts) => eventOfRevert(revert, { ...facts, pullRequest })
    const merged = { type: 'revert-merged', at: 7, headSha: 'ours' }
    expect(of({ ...open, state: 'merged', mergeCommit: SHA })).toEqual({ ...merged, mergeCommit: SHA })
    expect(of({ ...open, state: 'merged' })).toEqual({ ...merged, mergeCommit: null })
    expect(of({ ...open, state: 'closed' })).toEqual({ type: 'revert-declined', at: 7, headSha: 'ours' })
  })

  it('ends as superseded where one of its commits is on the branch no more, whoever it is for', () => {
    const two = { ...revert, culprits: [{ sha: 'e'.repeat(40) }, { sha: SHA }] } as unknown as Revert
    const facts = { source: asked({ dropped: [SHA] }), pullRequest: open, held: false, now: 7 }
    const superseded = { type: 'revert-lapsing', outcome: 'superseded', headSha: 'ours', closedFor: 'rewritten' }
    expect(eventOfRevert(two, { ...facts, releases: [release()] })).toEqual(superseded)
    expect(eventOfRevert(two, { ...facts, releases: [release(), release({ templateKey: 'u' }, 'argocd/job')] })).toEqual(superseded)
  })

  it('says that parameters brought N back where they did for one of its releases, and of no other end', () => {
    const of = (releases: readonly Release[], held: boolean) =>
      eventOfRevert(revert, { releases, source: asked(), pullRequest: open, held, now: 7 })
    const byParameters = ended('restored', { restoredBy: 'parameters', templateKey: 'u' })
    const lapsing = { type: 'revert-lapsing', outcome: 'restored', headSha: 'ours' }
    expect(of([ended('restored'), byParameters], false)).toEqual({ ...lapsing, closedFor: 'parameters' })
    expect(of([release(), byParameters], true)).toEqual({ ...lapsing, outcome: 'held' })
    const inGit = { releases: [release()], source: asked({ restoredInGit: true }), pullRequest: open, held: false, now: 7 }
    expect(eventOfRevert(revert, inGit)).toEqual(lapsing)
  })

  it('is still right where an Experiment that it stands for was made anew, and Git asks for a Rollout that failed with it', () => {
    const anew = ended('superseded', { rollout: 'experiment:ab', templateKey: 'u' })
    expect(endOf([anew, ended('superseded')], asked())).toBeUndefined()
  })

  it('ends as gone where it is of an Experiment that was made anew, whatever Git asks for', () => {
    const anew = ended('superseded', { rollout: 'experiment:ab' })
    expect([endOf([anew], asked()), endOf([anew], null)]).toEqual(['gone', 'gone'])
  })

  it('that we are closing is not taken for closed by somebody, where it is seen closed before that is recorded', () => {
    const facts = { releases: [ended('restored')], source: asked({ restoredInGit: true }), held: false, now: 7 }
    const closing: typeof revert = { ...revert, state: 'closing', outcome: 'restored' }
    expect(eventOfRevert(closing, { ...facts, pullRequest: { ...open, state: 'closed' } })).toBeUndefined()
    expect(eventOfRevert(closing, { ...facts, pullRequest: { ...open, state: 'merged' } })).toMatchObject({ type: 'revert-merged' })
  })

  it.each<[PullRequestFacts['closedByKedge'], SourceFacts | null, string]>([
    ['lapsed', asked({ restoredInGit: true }), 'restored'],
    ['lapsed', null, 'superseded'],
    ['for-good', null, 'promoted'],
    [undefined, null, 'revert-declined'],
  ])(
    'is not taken for closed by somebody where Kedge itself has closed it, and the ledger does not know: %s',
    (closedByKedge, source, end) => {
      expect(endOf([release()], source, { ...open, state: 'closed', closedByKedge })).toBe(end)
    },
  )

  it.each(['open', 'merged'] as const)('that somebody had closed is followed again once its pull request is %s', (state) => {
    const declined: typeof revert = { ...revert, state: 'ended', outcome: 'declined' }
    const facts = { releases: [release()], source: asked(), held: false, now: 7 }
    expect(eventOfRevert(declined, { ...facts, pullRequest: { ...open, state } })).toEqual({ type: 'revert-reopened' })
    expect(isBack(declined, { ...open, state: 'closed' })).toBe(false)
  })

  it.each(['open', 'merged'] as const)('whose pull request is turned to another branch is told as that first, once it is %s', (state) => {
    const live: typeof revert = { ...revert, state: 'open' }
    const of = (one: typeof revert, base: string) =>
      eventOfRevert(one, { releases: [release()], source: asked(), held: false, now: 7, pullRequest: { ...open, state, base } })?.type
    expect(of(live, 'other')).toBe('revert-retargeted')
    expect(of(live, 'main')).toBe(state === 'open' ? undefined : 'revert-merged')
    expect(of({ ...live, mergesInto: 'other' }, 'main')).toBe('revert-retargeted')
    expect(of({ ...live, mergesInto: 'other' }, 'other')).toBe(state === 'open' ? undefined : 'revert-merged')
  })

  it('is pointless once Git asks for N again', () => expect(endOf([release()], asked({ restoredInGit: true }))).toBe('restored'))

  it.each<[string, readonly Release[], SourceFacts | null, string | undefined]>([
    ['the only one was promoted', [ended('promoted')], asked(), 'promoted'],
    ['N is back, and nobody asked Git', [ended('restored')], null, 'restored'],
    ['N is back in the cluster, and Git asks for N+1 still', [ended('restored')], asked(), undefined],
    ['something else is there, and Git asks for N+1 still', [ended('superseded')], asked(), undefined],
    ['N is back, and a later commit is in the way', [ended('restored')], asked({ later: [{}] }), 'restored'],
    ['N is back, and a later commit left nothing of the proof', [ended('restored')], asked(UNPROVEN), 'restored'],
    ['N is back, and a restored file was changed since', [ended('restored')], asked({ overtaken: true }), 'restored'],
    ['N is back, and another restore would be right', [ended('restored')], asked({ revertKey: 'other' }), 'restored'],
    ['two have ended, one of them restored', [ended('gone'), ended('restored', { templateKey: 'u' })], null, 'restored'],
    ['two have ended, one of them superseded', [ended('promoted'), ended('superseded', { templateKey: 'u' })], null, 'superseded'],
    ['two have ended, one of them promoted', [ended('gone'), ended('promoted', { templateKey: 'u' })], null, 'promoted'],
    ['one of two has ended: the other needs it', [ended('promoted'), release({ templateKey: 'u' })], asked(), undefined],
    ['it was tried again and failed: the newest try counts', [ended('superseded'), release({ rolloutRevision: 3 })], asked(), undefined],
    ['it was tried again and made it', [ended('promoted', { rolloutRevision: 3 }), release()], asked(), 'promoted'],
    [
      'it was tried again and made it, seen in the other order',
      [release(), ended('promoted', { rolloutRevision: 3 })],
      asked(),
      'promoted',
    ],
    ['nothing is known of any', [], asked(), undefined],
  ])('ends with its releases, all of them: %s', (_, releases, source, end) => {
    expect(endOf(releases, source)).toBe(end)
  })

  const two = [release(), release({ templateKey: 'u' }, 'argocd/api')]
  it.each<[string, readonly Release[], object, string | undefined]>([
    ['of a restored file', [release()], { overtaken: true }, 'superseded'],
    ['of a restored file, for all that it stands for', two, { overtaken: true }, 'superseded'],
    ['of the same inputs', [release()], { later: [{}] }, 'superseded'],
    ['after which it renders something else than N', [release()], UNPROVEN, 'superseded'],
    ['after which no more than files cannot prove it', [release()], { ...UNPROVEN, provenBy: null }, undefined],
    ['of the inputs of one Application, while another one needs it', two, { later: [{}] }, undefined],
    [
      'of the inputs, once the other Application needs it no more',
      [release(), release({ state: 'ended', outcome: 'gone', templateKey: 'u' }, 'argocd/api')],
      { later: [{}] },
      'superseded',
    ],
    ['that fails with the release: another restore would be right', [release()], { revertKey: 'other' }, 'superseded'],
    ['after which it is not known which restore would be right', [release()], { revertKey: null }, undefined],
  ])('ends with a later commit %s', (_, releases, change, end) => {
    expect(endOf(releases, asked(change))).toBe(end)
  })

  it('of an Application in two clusters stands for both', () => {
    expect(endOf([release(), release({ templateKey: 'u', cluster: 'stage' })], asked({ later: [{}] }))).toBeUndefined()
  })

  it('is held where many failed for one cause, unless it has ended otherwise', () => {
    const of = (releases: readonly Release[]) => eventOfRevert(revert, { releases, source: asked(), pullRequest: open, held: true, now: 7 })
    expect(of([release()])).toMatchObject({ outcome: 'held' })
    expect(of([ended('promoted')])).toMatchObject({ outcome: 'promoted' })
  })
})

describe('a push to the branch of a revert', () => {
  it("is somebody else's unless it is ours or known", () => {
    const touched = { type: 'revert-touched', headSha: 'theirs' }
    expect(eventOfBranch(revert, { ...open, headSha: 'theirs' })).toEqual(touched)
    expect(eventOfBranch({ ...revert, touchedByOthers: true }, { ...open, headSha: 'theirs' })).toBeUndefined()
    expect(eventOfBranch(revert, open)).toBeUndefined()
    expect(eventOfBranch(revert, undefined)).toBeUndefined()
    expect(endOf([release()], asked(), { ...open, headSha: 'theirs' })).toBe('revert-touched')
  })
})

describe('the last comment on a pull request', () => {
  it.each<RevertOutcome>(['restored', 'superseded', 'promoted', 'gone', 'held'])(
    'says why it is closed, or left to people: %s',
    (outcome) => {
      expect(closingComment({ outcome }, false)).toMatch(/^[A-Z].+\. Closing it\.$/)
      expect(closingComment({ outcome }, true)).toMatch(/left to people\.$/)
    },
  )

  it.each<[Partial<SourceFacts>, string]>([
    [{ dropped: [SHA], baseBranch: 'main' }, 'pushed by force'],
    [{ baseBranch: 'release' }, 'reads another branch now'],
    [{ dropped: [SHA], baseBranch: 'release' }, 'reads another branch now'],
  ])('names no newer commit where there is none: %j', (found, words) => {
    const facts = { releases: [release()], source: asked({ ...found, revertKey: null }), pullRequest: open, held: false, now: 7 }
    const event = eventOfRevert({ ...revert, baseBranch: 'main' }, facts)
    expect(event).toMatchObject({ type: 'revert-lapsing', outcome: 'superseded' })
    expect(closingComment(event as Revert & typeof event, false)).toContain(words)
  })
})

describe('a merge that has not brought N back', () => {
  const merged = { ...revert, outcome: 'merged', endedAt: 1_000 } as Revert
  const isOverdue = (one: Revert, now = 1_600, of = release()): boolean => isRestoreOverdue(one, of, now, 600)

  it('is told once, when its time is over and the release has not ended', () => {
    expect([isOverdue(merged), isOverdue(merged, 1_599)]).toEqual([true, false])
    expect(isOverdue({ ...merged, toldNotRestored: true } as Revert)).toBe(false)
    expect(isOverdue({ ...merged, mergesInto: 'other' } as Revert)).toBe(false)
    expect(isOverdue({ ...merged, outcome: 'declined' } as Revert)).toBe(false)
    expect(isOverdue({ ...merged, endedAt: null } as Revert)).toBe(false)
    expect(isOverdue(merged, 1_600, ended('restored'))).toBe(false)
    expect(isOverdue(merged, 1_000, ended('restored'))).toBe(false)
  })

  it('has twelve times as long where N is rolled out step by step, and no more: a step may wait for somebody for ever', () => {
    const rolling = { ...release(), cause: 'slo-burn', serving: 'rolling' } as Release
    expect([isOverdue(merged, 1_600, rolling), isOverdue(merged, 8_199, rolling), isOverdue(merged, 8_200, rolling)]).toEqual([
      false,
      false,
      true,
    ])
    const [failed, serves] = [{ ...rolling, cause: 'analysis-failed' } as const, { ...rolling, serving: 'in-step' } as const]
    expect([isOverdue(merged, 1_600, failed), isOverdue(merged, 1_600, serves)]).toEqual([true, true])
  })
})
