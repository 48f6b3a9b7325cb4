import { expect, it } from 'vitest'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { prove } from '../../../../src/reconcile/git-facts/restore/prove-files.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch, files } from '../a-branch.ts'

const LATER = [{ sha: '1'.repeat(40) }] as unknown as readonly GitCommit[]

/** What is proven of a revert that makes these files of N+1's, and what the names of files are at each commit. */
async function proven(revert: Files, { staying = [] as readonly GitCommit[], leftOut = [] as readonly string[] } = {}) {
  const { repository, commits } = await aBranch([
    { 'app/web.yaml': 'v1', 'app/other.yaml': 'a', 'app/worker.yaml': 'v1' },
    { 'app/web.yaml': 'v2', 'app/worker.yaml': 'v2', 'app/new.yaml': 'x' },
    revert,
  ])
  const [good, revision, commit] = commits.map(({ sha }) => sha)
  if (!good || !revision || !commit) throw new Error('there are three commits')
  const paths = ['app/web.yaml', 'app/new.yaml']
  const changes = { restored: files('app'), paths, staying, leftOut: { paths: leftOut, commits: [] }, byFields: [] }
  const compared = staying.length > 0 || leftOut.length > 0 ? files(...paths) : files('app')
  const [atGood, atRevert] = [await repository.fingerprint(good, compared), await repository.fingerprint(commit, compared)]
  const [before, after] = [await repository.objectNames(revision, paths), await repository.objectNames(commit, paths)]
  return {
    told: prove(repository, changes, { revision, good, commit, tree: 'tree' }),
    expected: { commit, tree: 'tree', atGood, atRevert, files: paths.map((path) => ({ path, before: before[path], after: after[path] })) },
  }
}

const WHOLE: Files = { 'app/web.yaml': 'v1', 'app/worker.yaml': 'v1', 'app/new.yaml': null }
const WITHOUT_WORKER: Files = { 'app/web.yaml': 'v1', 'app/new.yaml': null }

it.each<[string, Files, Parameters<typeof proven>[1], boolean]>([
  ['all that is read, where all goes back', WHOLE, {}, true],
  ['all that is read, where something else is not as it was', { ...WHOLE, 'app/other.yaml': 'b' }, {}, false],
  ['what goes back, where a file is left out', WITHOUT_WORKER, { leftOut: ['app/worker.yaml'] }, true],
  ['what goes back, where later commits stay', { ...WITHOUT_WORKER, 'app/other.yaml': 'b' }, { staying: LATER }, true],
  ['what goes back, where both do', { ...WITHOUT_WORKER, 'app/other.yaml': 'b' }, { staying: LATER, leftOut: ['app/worker.yaml'] }, true],
])('the proof compares %s', async (_, revert, options, isSame) => {
  const { told, expected } = await proven(revert, options)
  expect(await told).toEqual(expected)
  expect(expected.atGood === expected.atRevert).toBe(isSame)
  expect(expected.files[1]?.after).toBeNull()
})

it('where files are left out, all others are as they were at N', async () => {
  const { told } = await proven({ ...WITHOUT_WORKER, 'app/other.yaml': 'b' }, { leftOut: ['app/worker.yaml'] })
  await expect(told).rejects.toEqual(new Refusal('P10', 'the restored inputs are not those of N: app/other.yaml differs.'))
})
