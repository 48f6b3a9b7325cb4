import { expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { gatherByCommit } from '../../../src/reconcile/record/by-commit.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { sha, source } from '../../domain/decision/clear.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aCase } from '../a-case.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'

const FAILED = { revision: null, attempts: [anAttempt({ seenAt: NOW })], policy: TOLD_IN_C } satisfies Partial<Release>
/** Failed in the same minute, by the commit of `source`. */
const OTHER = aRelease({ ...FAILED, key: 'o', rollout: 'api', uid: 'api', revision: sha('b'), repository: source.repository })

interface Given {
  release?: Partial<Release>
  other?: Partial<Release> | null
  git?: Partial<SourceFacts> | null
  policy?: Partial<Policy>
  /** As the ledger has it in its turn. */
  present?: Partial<Release>
}

/** What is written of a release before it is decided on, and how often its turn was waited for. */
async function written({ release = {}, other = {}, git = {}, policy = {}, present = {} }: Given) {
  const document = aRelease({ ...FAILED, key: 'r', ...release })
  const { environment, ledger } = await anEnvironment([
    known('storm', aStorm({ key: 'before', state: 'over', endedAt: 1 })),
    known('release', { ...document, ...present }),
    ...(other ? [known('release', { ...OTHER, ...other })] : []),
  ])
  const lines: string[] = []
  let turns = 0
  const journal = {
    commit: async (entries: () => Parameters<typeof ledger.append>[0]) => {
      turns += 1
      lines.push(...entries().map(({ kind, event }) => `${kind} ${event}`))
      await ledger.append(entries())
    },
  }
  await gatherByCommit(environment, journal, aCase(document, { findings: { source: git && { ...source, ...git } }, policy }))
  return { lines, turns, release: ledger.read('release', 'r'), other: ledger.read('release', 'o'), storms: ledger.storms({ open: true }) }
}

it('those that one commit brought are one storm as soon as that is known', async () => {
  const { lines, release, other, storms } = await written({})
  expect(lines).toEqual(['storm storm-begun', 'release release-gathered', 'release release-gathered'])
  expect(storms).toMatchObject([{ cause: { kind: 'commit' }, state: 'gathering' }])
  expect(release).toMatchObject({ storm: storms[0]?.key, revision: sha('b'), repository: source.repository, author: 'Ada' })
  expect(other?.storm).toBe(storms[0]?.key)
})

it('what is known of one is written where others of another commit have failed', async () => {
  const { lines, release, storms } = await written({ other: { revision: sha('e') } })
  expect([lines, storms]).toEqual([['release release-updated'], []])
  expect(release).toMatchObject({ revision: sha('b'), author: 'Ada' })
  expect(release).not.toHaveProperty('storm')
})

it.each<[string, Given]>([
  ['where nobody else has failed', { other: null }],
  ['where another one has not failed', { other: { state: 'rolling' } }],
  ['where another one failed long before', { other: { attempts: [anAttempt({ seenAt: NOW - 3_600_000 })] } }],
  ['where the policy tells each for itself', { policy: { inStorms: false } }],
  ['where Git could not be asked', { git: null }],
  ['where Git says nothing of its commit', { git: { revision: null } }],
  ['of what has not failed', { release: { state: 'rolling' } }],
  ['of what is in a storm already', { release: { storm: 'before' } }],
])('nothing is written, and no turn waited for, %s', async (_where, given) => {
  expect(await written(given)).toMatchObject({ lines: [], turns: 0 })
})

it.each<[string, Given]>([
  ['is tried again', { present: { state: 'rolling' } }],
  ['was gathered', { present: { storm: 'before' } }],
])('nothing is written of what %s by the time that its turn comes', async (_what, given) => {
  expect(await written(given)).toMatchObject({ lines: [], turns: 1, storms: [] })
})
