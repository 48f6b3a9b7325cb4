import { expect, test } from 'vitest'
import { notRendered, type Rendering } from '../../../src/domain/application/rendered.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import { otherRollouts } from '../../../src/reconcile/git-facts/other-rollouts.ts'

type Given = Parameters<typeof otherRollouts>

const HEAD = 'a'.repeat(40)
const rendered: Rendering = { result: 'rendered', rollout: { template: new Sealed({}), spec: new Sealed({}), analysis: undefined } }

/** The head renders no worker, and the revert does, as N's commit did. */
async function named(application: object, atN: readonly string[] | undefined, by: 'rendering' | 'files' = 'rendering'): Promise<unknown> {
  const question = {
    application: { rollouts: ['shop/web'], sources: [{ repoURL: 'https://git.example/a.git' }], ...application },
    release: { namespace: 'shop', rollout: 'web', applied: { revisions: [HEAD] } },
    renderings: { at: async ([revision]: readonly string[]) => (revision === HEAD ? notRendered('absent', 'It is gone.') : rendered) },
    source: { index: 0, repository: 'git.example/a' },
    stableOf: () => undefined,
  } as unknown as Given[0]
  const versions = { by: 'rendering', before: { rollout: { rollouts: atN } } }
  const commits = { head: HEAD, good: { sha: 'b'.repeat(40) }, commit: 'c'.repeat(40), beside: [], versions } as unknown as Given[1]
  return (await otherRollouts(question, commits, by)).map(({ name, isKnown }) => [name, isKnown])
}

test('a Rollout that is gone, and comes back by the revert, is named by what N renders, or by what the Application listed', async () => {
  expect(await named({}, ['shop/web', 'shop/worker'])).toEqual([['shop/worker', true]])
  expect(await named({ formerRollouts: ['shop/worker'] }, undefined)).toEqual([['shop/worker', true]])
  expect(await named({ formerRollouts: ['shop/worker'] }, undefined, 'files')).toEqual([['shop/worker', false]])
  expect(await named({}, undefined)).toEqual([])
})
