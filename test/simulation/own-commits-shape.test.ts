import { expect, it } from 'vitest'
import { notRendered, type Rendering } from '../../src/domain/application/rendered.ts'
import { REPO } from './application.ts'
import { chartOf, rendersCharts } from './chart-renderer.ts'
import { createRunningStage, type Stage, type StageOptions } from './stage.ts'
import { webFails as tell, type Files } from './web-and-worker.ts'

const MINUTE = 60_000
const FILE = 'apps/web/values.yaml'

/** What is said instead of rendering. `only`: of this commit. */
interface Away {
  says?: Rendering | undefined
  only?: string | undefined
}

function wrapped(away: Away): NonNullable<StageOptions['wrap']> {
  return (environment) => {
    const charts = rendersCharts(environment)
    const render: typeof charts.renderer.render = async (question) =>
      away.says && (away.only === undefined || question.revisions[0] === away.only) ? away.says : charts.renderer.render(question)
    return { ...charts, renderer: { ...charts.renderer, render } }
  }
}

/** Of web and of worker. */
type Tags = readonly [string, string]

function webFails(away: Away, states: readonly Tags[], ahead?: (shas: readonly string[]) => void): Promise<Stage> {
  const at = ([web, worker]: Tags): Files => chartOf({ web, worker })
  return tell({ before: at(['v1', 'v1']), states: states.map(at), options: { wrap: wrapped(away) }, ahead })
}

const AWAY = notRendered('unreachable', 'Argo CD does not answer.')

/** What web and worker are at each PR. */
const shapes = (stage: Stage): readonly (string | undefined)[] =>
  stage.pulls().map(({ headSha }) => stage.origin.git(['show', `${headSha}:${FILE}`]).replaceAll('\n', ', '))

async function later(stage: Stage): Promise<void> {
  await stage.advance(10 * MINUTE)
  await stage.pushed()
  await stage.advance(10 * MINUTE)
}

async function closedByHand(stage: Stage): Promise<void> {
  stage.forges.closeByHuman(REPO, 1)
  await stage.pushed()
  await stage.advance(2 * MINUTE)
}

it.each(['unfetched', 'forbidden', 'too-large'] as const)(
  "nothing is opened while one of the commits cannot be told (%s): it may be another Rollout's own",
  async (why) => {
    const away: Away = { says: notRendered(why, 'Not just now.') }
    const states = [
      ['v1', 'v1.5'],
      ['v1', 'v2'],
      ['v2', 'v2'],
    ] as const
    await using stage = await webFails(away, states, ([first]) => (away.only = first))
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.failed()[0]?.decision?.reason).toMatch(
      /^No revert PR: whether \w+ “commit 1” is a commit of another Rollout's own is not known\. Not/,
    )
    expect(stage.cards().find(({ card }) => card.outcome.includes('Not just now'))?.thread.length).toBeLessThan(3)
    away.says = undefined
    await later(stage)
    expect(shapes(stage)).toEqual(['web: v1, worker: v2'])
  },
)

it.each([
  [
    'before',
    [
      ['v1', 'v2'],
      ['v2', 'v2'],
    ],
  ],
  [
    'after',
    [
      ['v2', 'v1'],
      ['v2', 'v2'],
    ],
  ],
] as const)('what files have opened stays as it is once who renders is back: worker came %s', async (_, states) => {
  const away: Away = {}
  await using stage = await webFails(away, states, () => (away.says = AWAY))
  await stage.advance(10 * MINUTE)
  expect(shapes(stage)).toEqual(['web: v1, worker: v1'])
  away.says = undefined
  await later(stage)
  expect([shapes(stage), stage.pulls()[0]?.state]).toEqual([['web: v1, worker: v1'], 'open'])
})

const WEB_FIRST = [
  ['v2', 'v1'],
  ['v2', 'v2'],
] as const

it("a person's No to what files have opened holds once who renders is back", async () => {
  const away: Away = {}
  await using stage = await webFails(away, WEB_FIRST, () => (away.says = AWAY))
  await stage.advance(10 * MINUTE)
  await closedByHand(stage)
  away.says = undefined
  await later(stage)
  expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
})

it.each(['unreachable', 'unsupported', 'failed'] as const)(
  "a person's No to a PR that leaves worker where it is holds when who renders is %s",
  async (why) => {
    const away: Away = {}
    await using stage = await webFails(away, WEB_FIRST)
    expect(shapes(stage)).toEqual(['web: v1, worker: v2'])
    await closedByHand(stage)
    away.says = notRendered(why, 'No more.')
    await later(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  },
)

it("a person's No to one release says nothing of a later one that fails over the same N", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  await closedByHand(stage)
  await stage.release('v3')
  await stage.abort()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'closed' }, { state: 'open' }])
  expect(stage.pulls()[1]?.title).toMatch(/^Revert 2 commits up to/)
})
