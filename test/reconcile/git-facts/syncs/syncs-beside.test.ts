import { expect, it } from 'vitest'
import type { Burn } from '../../../../src/domain/alert/alert.ts'
import type { OperationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { mayHaveChanged, syncsBeside } from '../../../../src/reconcile/git-facts/syncs/syncs-beside.ts'
import { aBurn, anAttempt, aSync } from '../../../domain/release/a-look.ts'
import { aQuestion, at, running, SOURCE, web, type Of, type Story, type Sync } from '../a-question.ts'

const SECOND = 1 / 60
const SKEW = 5 * SECOND

const COMMITS = {
  n: web('v1'),
  flag: web('v1', { more: 'flag: 1\n' }),
  next: web('v2', { more: 'flag: 1\n' }),
  beside: { files: { 'README.md': 'a' } },
  late: web('v2', { more: 'flag: 2\n' }),
  later: web('v2', { more: 'flag: 3\n' }),
}

/** The release was promoted in minute 280; its alert began in minute 300, of a window of 60, so it may be about what came since 180. */
const BURN: Partial<Burn> = { beganAt: at(300), promotedAt: at(280), bakeMs: at(60) }

interface Asking extends Partial<Story> {
  readonly burn?: Partial<Burn>
}

const burned = (burn: Partial<Burn> = {}) => ({
  cause: 'slo-burn' as const,
  attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn({ ...BURN, ...burn }) })],
})

/** What else was applied, as `[commit, minute]`, and whether that is all. */
async function besides({ burn, ...story }: Asking): Promise<unknown> {
  const { question, named } = aQuestion({
    commits: COMMITS,
    synced: [],
    ...story,
    release: (of) => ({ ...burned(burn), applied: of.applied('next'), ...story.release?.(of) }),
  })
  const found = await syncsBeside(question)
  return found && named([...found.changes.map((one) => [one.commit === null ? null : one.commit.sha, one.at / at(1)]), found.isAllKnown])
}

/** The release's own sync, with what was synced before and after it. */
const around = (before: readonly Sync[], after: readonly Sync[] = []): Asking => ({
  synced: [['n', 100], ...before, ['next', 250], ...after],
})
const after = (...syncs: readonly Sync[]): Asking => around([], syncs)

it.each<[string, Asking, unknown]>([
  ['nothing', after(), [true]],
  ['what changed anything after it', after(['late', 290]), [['late', 290], true]],
  ['what changed anything before it', around([['flag', 200]]), [['flag', 200], true]],
  ['not what changed nothing', after(['beside', 290]), [true]],
  ['what is gone', after(['gone', 290]), [[null, 290], true]],
  [
    'not the same sync once more',
    around([
      ['next', 200],
      ['flag', 210],
    ]),
    [['flag', 210], true],
  ],
  ['what began as the alert began', after(['late', 300 + SKEW]), [['late', 300 + SKEW], true]],
  ['not what began later', after(['late', 300 + SKEW + SECOND]), [true]],
  ['what ended within twice the window', around([['flag', 170, 180 - SKEW]]), [['flag', 170], true]],
  ['not what ended before', around([['flag', 170, 180 - SKEW - SECOND]]), [true]],
  [
    'what is no more than the first that is known',
    {
      synced: [
        ['flag', 200],
        ['next', 250],
      ],
    },
    [false],
  ],
  [
    'two commits, each once',
    around([
      ['late', 200],
      ['later', 210],
      ['late', 220],
    ]),
    [['late', 220], ['later', 210], true],
  ],
  [
    'not whether the history has a gap',
    {
      synced: [
        ['next', 250],
        ['late', 290],
      ],
    },
    [['late', 290], false],
  ],
])('beside a release that burns, the Application has applied %s', async (_, story, expected) => {
  expect(await besides(story)).toEqual(expected)
})

it.each<[string, Of<OperationSnapshot>, number]>([
  ['since it began', ({ sha }) => running(sha('late'), at(290)), 290],
  ['where nobody knows since when, as the alert began', ({ sha }) => running(sha('late')), 300],
  ['until it ended, where nobody knows when it began', ({ sha }) => ({ ...running(sha('late')), finishedAt: at(295) }), 295],
])('a sync that is in no history may have changed anything: %s', async (_, operation, expected) => {
  expect(await besides({ ...after(), application: (of) => ({ operation: operation(of) }) })).toEqual([['late', expected], true])
})

const LATE = after(['late', 290])

it.each<[string, Asking]>([
  ['does not burn', { release: () => ({ cause: 'analysis-failed' }) }],
  ['began with no sync that is known', { release: () => ({ applied: null }) }],
])('nothing is said of a release that %s', async (_, story) => {
  expect(
    await besides({
      ...LATE,
      ...story,
    }),
  ).toBeNull()
})

const fault = (retryable: boolean): KedgeError => new KedgeError('E_GIT_UNREACHABLE', 'it is away', { retryable })

/** A repository that cannot be asked, but for so many times at first. */
function away(error: Error, first = 0): Of<Partial<OpenQuestion>> {
  let left = first
  const { repository } = aQuestion({ commits: COMMITS, synced: [] }).question
  return () => ({ repositories: { open: async () => ((left -= 1) >= 0 ? repository : Promise.reject(error)) } })
}

it('what will never be answered may have changed anything, and no commit is named', async () => {
  expect(await besides({ ...LATE, question: away(fault(false)) })).toEqual([[null, 290], true])
  const twice = after(['late', 290], ['later', 295])
  expect(await besides({ ...twice, question: away(fault(false)) })).toEqual([[null, 295], [null, 290], true])
})

it.each([fault(true), new Error('a fault of the program')])('what cannot be answered just now is asked again: %s', async (error) => {
  await expect(besides({ ...LATE, question: away(error) })).rejects.toBe(error)
})

it('a commit is named where it can be asked for', async () => {
  expect(await besides({ ...LATE, question: away(fault(false), 1) })).toEqual([[null, 290], true])
  for (const error of [fault(true), new Error('a fault of the program')])
    await expect(besides({ ...LATE, question: away(error, 1) })).rejects.toBe(error)
})

it('no one commit stands for a sync of several repositories', async () => {
  const other = { ...SOURCE, repoURL: 'https://git.example/acme/values.git' }
  const { question, sha } = aQuestion({ commits: COMMITS, synced: [], application: { sources: [SOURCE, other], multiSource: true } })
  const history = ['n', 'next', 'late'].map((name, id) => {
    const revisions = [sha(name), sha(name)]
    return { id, revisions, sources: [], deployStartedAt: at([100, 250, 290][id] ?? 0), deployedAt: at([100, 250, 290][id] ?? 0) }
  })
  const applied = { application: 'argocd/web', revisions: [sha('next'), sha('next')] }
  const found = await syncsBeside({
    ...question,
    application: { ...question.application, history },
    release: { ...question.release, ...burned(), applied },
  })
  expect(found).toEqual({ changes: [{ at: at(290), commit: null }], isAllKnown: true })
})

it('a sync has changed something where what the Application is made of differs, or cannot be told', async () => {
  const { question, sha } = aQuestion({ commits: COMMITS, synced: [] })
  const [next, beside, late] = [aSync(sha('next')), aSync(sha('beside')), aSync(sha('late'))]
  expect([await mayHaveChanged(question, next, beside), await mayHaveChanged(question, next, late)]).toEqual([false, true])
  expect(await mayHaveChanged({ ...question, repositories: { open: async () => Promise.reject(fault(false)) } }, next, late)).toBe(true)
  for (const error of [fault(true), new Error('a fault of the program')])
    await expect(mayHaveChanged({ ...question, repositories: { open: async () => Promise.reject(error) } }, next, late)).rejects.toBe(error)
})
