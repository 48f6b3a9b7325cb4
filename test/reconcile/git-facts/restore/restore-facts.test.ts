import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { revertBranch, revertKey } from '../../../../src/domain/revert/keys.ts'
import type { OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { readRestore } from '../../../../src/reconcile/git-facts/restore/restore-facts.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { aBurnedRelease } from '../../../domain/release/a-look.ts'
import { digest } from '../../../histories/git/remote.ts'
import { anApplication } from '../../an-application.ts'
import { files } from '../a-branch.ts'
import { aRow, type Row } from '../culprits/a-row.ts'

interface Given extends Partial<Row> {
  /** Places of the commits that are reverted, by default the second; of those that stay; and of those in the history of syncs. */
  culprits?: readonly number[]
  staying?: readonly number[]
  synced?: readonly number[]
  promoted?: readonly number[]
  paths?: readonly string[]
  versions?: null
  /** The file goes back field by field. */
  isByFields?: boolean
  /** Rollouts of the Application. */
  rollouts?: readonly string[]
  history?: ApplicationSnapshot['history']
}

const [NAME, WEB] = ['git.example/shop/gitops', 'apps/web/web.yaml']
const BY_FILES = { by: 'files', because: 'Nobody renders it.' }

/** What a restore of a release is, where files have to do; and what was asked to be built. */
async function restore(states: readonly string[], given: Given = {}) {
  const { culprits = [1], staying = [], synced = [], promoted = [], paths = [WEB], versions = BY_FILES } = given
  const row = await aRow(states, { revision: culprits.at(-1) ?? 1, ...given })
  const { commits } = row
  const those = (places: readonly number[]): readonly GitCommit[] => places.flatMap((at) => commits[at] ?? [])
  const entry = (sha: string, id: number) => ({ id, revisions: [sha], sources: [], deployStartedAt: undefined, deployedAt: 0 })
  const built: { message: string }[] = []
  const { repository } = row.question
  const question = {
    ...row.question,
    application: anApplication([{}], {
      rollouts: given.rollouts ?? ['shop/web'],
      history: given.history ?? those(synced).map(({ sha }, id) => entry(sha, id)),
    }),
    release: { ...row.question.release, images: ['web:1'], stableImages: ['web:1'], ...given.release },
    repository: {
      ...repository,
      buildRestore: (request: Parameters<typeof repository.buildRestore>[0]) => {
        built.push(request)
        return repository.buildRestore(request)
      },
    },
    applications: [],
    others: those(promoted).map(({ sha }) => aRelease({ key: `p ${sha}`, revision: sha, outcome: 'promoted' })),
    replicaSets: [],
    stableOf: () => undefined,
    digest,
    commitsFor: () => ({}),
    revertOf: () => undefined,
    spellingsOf: () => [],
    clock: createVirtualClock(0),
    ...given.question,
  } as unknown as OpenQuestion
  const head = commits.at(-1)?.sha
  const told = readRestore(question, {
    branch: { baseBranch: 'main', head },
    revisions: row.revisions,
    changes: { culprits: those(culprits), paths, beside: [] },
    weighed: {
      versions: versions ?? undefined,
      texts: new Map(),
      facts: {
        staying: those(staying),
        byFields: given.isByFields ? [{ path: WEB, fields: [], since: [] }] : [],
        leftOut: { paths: [], commits: [] },
      },
    },
  } as unknown as Parameters<typeof readRestore>[1])
  const key = revertKey({ baseBranch: 'main', culprits: those(culprits).map(({ sha }) => sha), paths, repository: NAME }, digest)
  const place = { revertKey: key, branch: revertBranch(those(culprits).at(-1)?.sha ?? commits[0]?.sha ?? ('' as never), key), ...NOBODY }
  return { told, place, built, commits }
}

const NOBODY = { otherApplications: [], untoldApplications: [] }
const ONE = ['web=v1', 'web=v2']
const TWO = ['web=v1', 'web=v2', 'web=v3']

it('a restore is built, and proven by files', async () => {
  const { told, place, built, commits } = await restore(ONE)
  const found = await told
  expect(found).toEqual({
    ...place,
    irreversible: [],
    provenBy: 'files',
    notRendered: 'Nobody renders it.',
    changedFields: null,
    otherRollouts: [],
    proof: expect.objectContaining({ atGood: found.proof?.atRevert, files: [expect.objectContaining({ path: WEB })] }),
  })
  expect(built).toMatchObject([{ base: commits[1]?.sha, good: commits[0]?.sha, bad: commits[1]?.sha, paths: [WEB] }])
  expect(built[0]?.message).toContain('shop/web')
  expect(built[0]?.message).not.toContain('flag')
})

it('the commit says so where flags go back', async () => {
  const { attempts } = aBurnedRelease({ flags: [WEB] })
  const { told, built } = await restore(ONE, { release: { attempts } })
  await told
  expect(built[0]?.message).toContain('flag')
})

it('where nothing is to be restored nothing is built', async () => {
  for (const given of [{ culprits: [] }, { paths: [] }]) {
    const { told, built } = await restore(ONE, given)
    expect(await told).toEqual({})
    expect(built).toEqual([])
  }
})

it('what others have changed since is a conflict, and what is there already is none', async () => {
  const conflict = await restore([...ONE, 'web=v3'])
  expect(await conflict.told).toEqual({ ...conflict.place, irreversible: [], conflicts: [WEB] })
  const empty = await restore(['web=v1', 'web=v1 a=1'])
  expect(await empty.told).toEqual({ ...empty.place, irreversible: [], conflicts: [] })
})

it('where the versions are not told no more than the place is', async () => {
  const { told, place, built } = await restore(ONE, { versions: null })
  expect(await told).toEqual(place)
  expect(built).toEqual([])
})

it.for<readonly [what: string, states: readonly string[], given: Given, check: string, why: RegExp]>([
  [
    'a later commit stays',
    [...ONE, 'web=v2 a=1', 'web=v2 a=2'],
    { staying: [2, 3] },
    'P5',
    /the revert is not rendered: \w{12} “change 3”/,
  ],
  [
    'it is not known what is read',
    ONE,
    { revisions: { unknown: ['a link'] } },
    'P10',
    /not known is what the Application reads besides: a link/,
  ],
  [
    'what may be read has changed',
    ['web=v1 env=1', 'web=v2 env=2'],
    { revisions: { perhaps: files('apps/web/env.yaml'), firm: files(WEB) } },
    'P10',
    /whether the Application reads apps\/web\/env.yaml/,
  ],
  [
    'somebody has changed it by hand',
    ONE,
    { question: { failing: { createdAt: 2 }, application: anApplication([{}], { comparedAt: 1 }) } as never },
    'P4',
    /Argo CD has not compared/,
  ],
  ['one of two has served already', TWO, { culprits: [1, 2], promoted: [2], synced: [0] }, 'P6', /“change 2” has served here already/],
  [
    'no sync shows what brought N',
    TWO,
    { culprits: [1, 2] },
    'P6',
    /no known sync of argocd\/web shows what brought the version before, and 2 commits/,
  ],
  ['only a sync of another shows', TWO, { culprits: [1, 2], synced: [1] }, 'P6', /no known sync/],
])('files cannot prove it where %s', async ([, states, given, check, why]) => {
  const { told, place } = await restore(states, given)
  await expect(told).rejects.toMatchObject({
    check,
    message: expect.stringMatching(why),
    found: { ...place, irreversible: [], provenBy: 'files' },
  })
})

it('fields go back where nobody may have built upon them', async () => {
  const alone = await restore(ONE, { isByFields: true })
  expect(await alone.told).toMatchObject({ ...alone.place, provenBy: 'files', proof: { files: [{ path: WEB }] } })
  const rollouts = ['shop/web', 'shop/worker']
  const upon = await restore(ONE, { isByFields: true, rollouts })
  expect(await upon.told).toEqual({
    ...upon.place,
    irreversible: [],
    later: [],
    staying: [],
    byFields: [],
    notByFields: 'the Rollout shop/worker would change as well, and is not known to be as the release left it',
    overtaken: true,
  })
  const whole = await restore(ONE, { rollouts })
  expect(await whole.told).toMatchObject({ otherRollouts: [{ name: 'shop/worker', isKnown: false }], proof: { files: [{ path: WEB }] } })
})

it('a fault of who tells of other Applications ends nothing where the restore is refused', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const renderer = { digest: () => Promise.reject(new TypeError('a fault')) }
    const question = { applications: [anApplication([{}], { name: 'x' })], renderer } as never
    const { told } = await restore(ONE, { question, revisions: { unknown: ['a link'] } })
    await expect(told).rejects.toMatchObject({ check: 'P10' })
    await new Promise((resolve) => void setImmediate(resolve))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})

const GONE = { id: 9, revisions: ['f'.repeat(40)], sources: [], deployStartedAt: undefined, deployedAt: 0 }

it('of several commits N’s sync has to be known, of one it need not', async () => {
  const proven = async (given: Given): Promise<unknown> => (await (await restore(TWO, { culprits: [1, 2], ...given })).told).provenBy
  expect(await proven({ synced: [1, 0] })).toBe('files')
  const { commits } = await restore(TWO)
  const N = { ...GONE, id: 1, revisions: [commits[0]?.sha ?? ''] }
  expect(await proven({ history: [{ ...GONE, revisions: ['main'] }, GONE, N] })).toBe('files')
  const one = aRelease({ key: 'one', revision: commits[1]?.sha ?? null, outcome: 'open' })
  const other = aRelease({ key: 'other', revision: commits[0]?.sha ?? null, outcome: 'promoted' })
  expect(await proven({ synced: [0], question: { others: [one, other] } })).toBe('files')
  expect((await (await restore(ONE, { promoted: [1] })).told).provenBy).toBe('files')
})
