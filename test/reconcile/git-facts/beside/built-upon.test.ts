import { expect, it } from 'vitest'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import { notRendered, type RenderedDigest } from '../../../../src/domain/application/rendered.ts'
import { applicationBuiltUpon, rolloutBuiltUpon, type BuiltUponQuestion } from '../../../../src/reconcile/git-facts/beside/built-upon.ts'
import type { States } from '../../../../src/reconcile/git-facts/beside/neighbour.ts'

const ID = JSON.stringify(['apps/v1', 'Deployment', 'shop', 'jobs'])
const STATES: Record<keyof States, string> = { good: 'a', left: 'b', head: 'c', revert: 'a' }
const NEVER = { after: () => ({ [Symbol.dispose]: () => undefined }) } as unknown as Parameters<typeof applicationBuiltUpon>[0]

/** Later commits in a row, after that of the release; what the Deployment is at each of them, `?` where it is not told. */
function asked(later: string): BuiltUponQuestion<RenderedDigest> {
  const made = later.split('').map((_, at) => ({ sha: `${at}`, subject: `later ${at}`, parents: [at === 0 ? 'n+1' : `${at - 1}`] }))
  const digest = (letter: string): RenderedDigest =>
    letter === '?' ? notRendered('failed', '') : { result: 'rendered', hides: false, digest: letter, objects: new Map([[ID, letter]]) }
  const one: BuiltUponQuestion<RenderedDigest>['one'] = {
    name: 'argocd/shop',
    at: async (state) => digest(STATES[state]),
    atCommit: async (commit: string) => digest(commit === 'n+1' ? 'b' : (later[Number(commit)] ?? '?')),
  }
  return { one, name: 'the Application argocd/shop', staying: made as unknown as readonly GitCommit[] }
}

const told = (later: string) => applicationBuiltUpon(NEVER, asked(later), { isRendered: true, isOwn: true })
const WHAT = 'the Deployment shop/jobs of the Application argocd/shop would change as well, and is'

it.each([
  ['c', 0],
  ['bbc', 2],
  ['bcd', 1],
])('the later commit that has changed it first is named: %s', async (later, at) => {
  expect(await told(later)).toBe(`${WHAT} as ${at} “later ${at}” left it, not as the release did`)
})

it.each([
  ['one before it is not told', '?c'],
  ['it comes after many others', 'bbbc'],
  ['none that touches the files did it', 'b'],
])('no commit is named where %s', async (_, later) => {
  expect(await told(later)).toBe(`${WHAT} not as the release left it`)
})

it('of a Rollout that is not rendered it is not known', async () => {
  const unknown = notRendered('failed', 'No.')
  const one = { name: 'shop/worker', at: async () => unknown, atCommit: async () => unknown }
  expect(await rolloutBuiltUpon({ one, name: 'the Rollout shop/worker', staying: [] }, true)).toBe(
    'the Rollout shop/worker would change as well, and is not known to be as the release left it',
  )
})
