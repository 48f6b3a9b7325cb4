import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import type { GitCommit } from '../../../../src/domain/application/commit.ts'
import type { RenderedDigest, Rendering } from '../../../../src/domain/application/rendered.ts'
import { applicationBuiltUpon, rolloutBuiltUpon, type BuiltUponQuestion } from '../../../../src/reconcile/git-facts/beside/built-upon.ts'
import { neighbour } from '../../../../src/reconcile/git-facts/beside/neighbour.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'
import { digest, rendering, row, type At } from './some-neighbours.ts'

/** What later commits made of it, one upon the other, the first upon N+1's: `!` where nobody answers. */
interface Since {
  later?: readonly string[]
  /** The first has none before it. */
  isRoot?: boolean
}

function asked<Told>(at: At, { later = [], isRoot = false }: Since, told: (text?: string) => Told): BuiltUponQuestion<Told> {
  const staying = later.map((_, index) => ({
    sha: `${index}`,
    subject: `later ${index}`,
    parents: index === 0 ? (isRoot ? [] : ['n+1']) : [`${index - 1}`],
  }))
  const one: BuiltUponQuestion<Told>['one'] = {
    name: 'argocd/x',
    at: async (state) => told(await at[state]),
    atCommit: async (commit?: string) => {
      const text = later[Number(commit)]
      if (text === '!') throw new Error('nobody answers')
      return told(text ?? (await at.left))
    },
  }
  return { one, name: 'X', staying: staying as unknown as readonly GitCommit[] }
}

const rollout = (at: At, isRendered = true, since: Since = {}) => rolloutBuiltUpon(asked<Rendering>(at, since, rendering), isRendered)

const MAY = 'X would change as well, and is not known to be as the release left it'
const NOT = 'X would change as well, and is not as the release left it'
const by = (at: number): string => `X would change as well, and is as ${at} “later ${at}” left it, not as the release did`

it.for<readonly [what: string, at: At, why: string | undefined, isRendered?: boolean]>([
  ['it is as the release left it', row('a', 'b', 'b', 'a'), undefined],
  ['it is another', row('a', 'b', 'c', 'a'), NOT],
  ['the release left it alone, and the revert is not rendered yet', row('a', 'a', 'c', 'a'), undefined, false],
  ['the release left it alone, and the revert changes it', row('a', 'a', 'c', 'b'), NOT],
  ['the release changed it, and the revert is not rendered yet', row('a', 'b', 'c', 'a'), NOT, false],
  ['it is gone', row('a', 'b', '?absent', 'a'), NOT],
  ['it has come', row('a', '?absent', 'c', 'a'), NOT],
  ['the head is not rendered', row('a', 'b', '?failed', 'a'), MAY],
  ['what the release left is not', row('a', '?failed', 'c', 'a'), MAY],
])('whether somebody has built upon another Rollout: %s', async ([, at, why, isRendered]) => {
  expect(await rollout(at, isRendered)).toBe(why)
})

it.for<readonly [what: string, at: At, since: Since, why: string]>([
  ['the first', row('a', 'b', 'c', 'a'), { later: ['c'] }, by(0)],
  ['the second', row('a', 'b', 'c', 'a'), { later: ['b', 'c'] }, by(1)],
  ['the second, where it was not there', row('a', '?absent', 'c', 'a'), { later: ['?absent', 'c'] }, by(1)],
  ['the second, which took it away', row('a', 'b', '?absent', 'a'), { later: ['b', '?absent'] }, by(1)],
  ['none, where the first is not rendered', row('a', 'b', 'c', 'a'), { later: ['?failed', 'c'] }, NOT],
  ['none, where nobody answers of the first', row('a', 'b', 'c', 'a'), { later: ['!', 'c'] }, NOT],
  ['none, where the first has none before it', row('a', 'b', 'c', 'a'), { later: ['c'], isRoot: true }, NOT],
])('of the later commits one is named that has changed it: %s', async ([, at, since, why]) => {
  expect(await rollout(at, true, since)).toBe(why)
})

const CLOCK = createVirtualClock(0)
/** `-`: rendered, and not told object by object. */
const digestOf = (text?: string): RenderedDigest => {
  const told = digest(text?.replace('-', ''))
  return text?.endsWith('-') && told.result === 'rendered' ? { result: 'rendered', hides: false, digest: told.digest } : told
}
const application = (at: At, isRendered = true, since: Since = {}, clock = CLOCK) =>
  applicationBuiltUpon(clock, asked<RenderedDigest>(at, since, digestOf), { isRendered, isOwn: false })

const SERVICE = `the Service shop/x of ${NOT}`

it.for<readonly [what: string, at: At, why: string | undefined, isRendered?: boolean]>([
  ['it is as the release left it', row('a', 'b', 'b', 'a'), undefined],
  ['it is another', row('a', 'b', 'c', 'a'), SERVICE],
  [
    'it becomes what it never was',
    row('a.1', 'b.1', 'b.2', 'd.2'),
    'the Service shop/x of X would become what it was neither at N nor since',
  ],
  ['the revert is not to be rendered, and N stands for it', row('a', 'b', 'b', '?unreachable'), undefined, false],
  ['the revert cannot be rendered yet, and N stands for it', row('a', 'b', 'b', '?unpublished'), undefined],
  ['the revert cannot be rendered yet, and it is another', row('a', 'b', 'c', '?unpublished'), SERVICE],
  ['the revert is not rendered', row('a', 'b', 'b', '?failed'), MAY],
  ['N is not', row('?failed', 'b', 'b', 'a'), MAY],
  ['what the release left is not', row('a', '?failed', 'b', 'a'), MAY],
  ['the head is not', row('a', 'b', '?failed', 'a'), MAY],
  ['N and what the release left are not', row('?failed', '?failed', 'b', 'a'), MAY],
  ['it is not told object by object', row('a-', 'b-', 'c-', 'a-'), MAY],
])('whether somebody has built upon an Application: %s', async ([, at, why, isRendered]) => {
  expect(await application(at, isRendered)).toBe(why)
})

it.for<readonly [what: string, at: At]>([
  ['N', row('?unreachable', 'b', 'c', 'a')],
  ['what the release left', row('a', '?unreachable', 'c', 'a')],
  ['the head', row('a', 'b', '?unreachable', 'a')],
  ['the revert', row('a', 'b', 'c', '?unreachable')],
])('where nobody answers of %s just now, nothing is opened', async ([, at]) => {
  const why = 'a later commit touches the same inputs, and what argocd/x renders of them could not be asked just now.'
  await expect(application(at)).rejects.toEqual(new Refusal('P5', why))
})

it('who does not answer within five seconds does not answer', async () => {
  const clock = createVirtualClock(0)
  const told = application({ ...row('a', 'b', 'c', 'a'), head: Promise.withResolvers<never>().promise }, true, {}, clock)
  await Promise.all([expect(told).rejects.toMatchObject({ check: 'P5' }), clock.advanceTo(5_000, async () => undefined)])
})

it('of an Application that is told as a whole alone no commit is named', async () => {
  expect(await application(row('a', 'b', 'c', 'a'), true, { later: ['b', 'c'] })).toContain('is as 1 “later 1” left it')
  expect(await application(row('a', 'b', 'c', 'a'), true, { later: ['b-', 'c'] })).toBe(SERVICE)
})

it('each state is asked for once: the revert as it was pushed, and else as what nobody has', async () => {
  const states = { good: 'a', left: 'b', head: 'c', revert: 'd' } as unknown as Parameters<typeof neighbour>[1]['states']
  const ask = async (pushed: string | undefined): Promise<readonly unknown[]> => {
    const questions: unknown[] = []
    const one = neighbour({ pushed: pushed as never }, { name: 'x', states }, async (...question) => void questions.push(question))
    for (const state of ['revert', 'head', 'revert', 'left'] as const) await one.at(state)
    await one.atCommit('c' as never)
    await one.atCommit('e' as never)
    return questions
  }
  const rest = ['c', 'b', 'e'].map((commit) => [commit, false])
  expect(await ask(undefined)).toEqual([['d', true], ...rest])
  expect(await ask('p')).toEqual([['p', false], ...rest])
})
