import { expect, it } from 'vitest'
import { notRendered, type NotRendered } from '../../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { insistOnAccess } from '../../../../src/reconcile/git-facts/question/renderings.ts'

const QUESTION = { application: {} as ApplicationSnapshot, revisions: ['a'], rollout: { namespace: 'shop', name: 'web' } }

/** What becomes of an answer: of a Rollout, of a digest that insists on access, and of one that does not. */
async function answers(why: NotRendered): Promise<readonly unknown[]> {
  const told = notRendered(why, 'It says why.')
  const renderer = insistOnAccess({ render: async () => told, digest: async () => told })
  return [
    await renderer.render(QUESTION),
    await renderer.digest({ ...QUESTION, insistsOnAccess: true }),
    await renderer.digest(QUESTION),
    await renderer.digest({ ...QUESTION, insistsOnAccess: false }),
  ]
}

it('a right that is lost is no answer of a Rollout, nor of what insists on it; of other Applications it is one', async () => {
  const [lost, answer] = [notRendered('locked-out', 'It says why.'), notRendered('forbidden', 'It says why.')]
  expect(await answers('forbidden')).toEqual([lost, lost, answer, answer])
})

it.each(['unsupported', 'unpublished', 'not-allowed', 'locked-out', 'unreachable', 'unfetched', 'failed'] as const)(
  'any other answer (%s) stays what it is',
  async (why) => {
    const same = notRendered(why, 'It says why.')
    expect(await answers(why)).toEqual([same, same, same, same])
  },
)

it('so does what is rendered', async () => {
  const told = { result: 'rendered', digest: 'd', hides: false } as const
  const renderer = insistOnAccess({ render: async () => notRendered('absent', ''), digest: async () => told })
  expect(await renderer.digest({ ...QUESTION, insistsOnAccess: true })).toBe(told)
})
