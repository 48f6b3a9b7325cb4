import { expect, it } from 'vitest'
import type { InputPath } from '../../../../src/domain/application/commit.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { insistUntouched } from '../../../../src/reconcile/git-facts/restore/untouched.ts'
import type { Revisions } from '../../../../src/reconcile/git-facts/revisions/revisions.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch, files } from '../a-branch.ts'

/** Of a release that changes these files, after N, and before what came later. */
async function insist(changed: Files, perhaps: readonly InputPath[], firm: readonly InputPath[] = []): Promise<void> {
  const all = { 'env/a.yaml': '1', 'env/b.yaml': '1', 'rollout.yaml': '1' }
  const { repository, commits } = await aBranch([all, changed, { 'env/b.yaml': 'later' }])
  const [good, revision] = commits
  await insistUntouched(repository, { good, revision, perhaps, firm } as unknown as Revisions)
}

const CHANGED = { 'env/a.yaml': '2', 'rollout.yaml': '2' }

it.each<[string, Files, readonly InputPath[], readonly InputPath[]]>([
  ['nothing may be read besides', CHANGED, [], []],
  ['what may be read besides is as it was', CHANGED, files('env/b.yaml'), []],
  ['it is read for certain', CHANGED, files('env/a.yaml'), files('env')],
])('what has changed may go back where %s', async (_, changed, perhaps, firm) => {
  await expect(insist(changed, perhaps, firm)).resolves.toBeUndefined()
})

it('what may be read by a name that is worked out, and has changed, keeps a PR away', async () => {
  const why =
    'not known is whether the Application reads env/a.yaml, which has changed: a template may work out its name. ' +
    'Nobody renders it, so nothing else can prove it.'
  await expect(insist(CHANGED, files('env'), files('rollout.yaml'))).rejects.toEqual(new Refusal('P10', why))
  await expect(insist({ ...CHANGED, 'env/0.yaml': '1' }, files('env'), files('env/0.yaml'))).rejects.toEqual(new Refusal('P10', why))
})
