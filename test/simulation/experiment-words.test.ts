import { expect, it } from 'vitest'
import { fail, merge, MINUTE, refusal, runExperiment } from './experiment-stage.ts'

it('the PR says of what was before the Experiment what is so: it was not there, or as it was', async () => {
  await using stage = await runExperiment()
  await fail(stage)
  const [row] = (stage.pulls()[0]?.body ?? '').match(/^\| \*\*Before it\*\*.*$/m) ?? []
  expect(row).toMatch(/^\| \*\*Before it\*\* \| `not there, or as it was` \| \[[0-9a-f]{12}\]/)
})

it('a card says once that the PR was merged, where no sync has applied that in time', async () => {
  await using stage = await runExperiment()
  await fail(stage)
  await merge(stage)
  await stage.advance(60 * MINUTE)
  const outcome = stage.cards()[0]?.card.outcome ?? ''
  expect(outcome).toMatch(/^The revert was merged, but no sync is known to have applied that\. Argo CD says: /)
  expect(outcome.match(/merged/g)).toHaveLength(1)
})

it('a change of the Application itself lies between two syncs, not between versions', async () => {
  await using stage = await runExperiment(
    undefined,
    {},
    {
      before: (world) =>
        world.app.change({
          sources: [
            { repoURL: 'https://git.example/shop/gitops.git', targetRevision: 'main', path: 'apps/web', directory: { recurse: true } },
          ],
        }),
    },
  )
  await fail(stage)
  expect(refusal(stage)).toContain('P7: the Application itself changed between the two syncs (')
})
