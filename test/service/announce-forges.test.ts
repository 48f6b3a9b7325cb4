import { expect, it } from 'vitest'
import { FORGES } from '../../src/demo/forges.ts'
import { openStage, type Stage } from '../../src/demo/stage.ts'
import { until } from '../until.ts'

const TIMEOUT = { timeoutMs: 60_000 }
const MARKER = '<!-- kedge:v1 release='

function statusesOf({ world }: Stage, commit: string): readonly string[] {
  const own = world.repository.statuses.filter(({ sha, context }) => sha === commit && context === 'kedge/release')
  return own.map(({ state, description }) => `${state}: ${description}`)
}

function commentsOf({ world }: Stage): readonly { number: number; body: string }[] {
  return world.repository.comments.filter(({ body }) => body.includes(MARKER))
}

it.concurrent.each([...FORGES.values()])(
  'on $name what failed is told beside its commit and on the pull request that brought it, once each, and brought up to date',
  { timeout: 180_000 },
  async (forge) => {
    await using stage = await openStage({ forge, port: 0 })
    const { world } = stage
    await world.untilRollout(({ status }) => status?.phase === 'Healthy', 60_000)
    const stable = world.rollout()?.status?.stableRS
    world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    const bad = await world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' })
    await until(() => statusesOf(stage, bad)[0], { ...TIMEOUT, what: 'a status beside the commit' })
    expect(statusesOf(stage, bad)).toEqual([expect.stringMatching(/^fail\w+: \S+ failed(?: at \d+ %)?: .*0\.5 < /)])
    const revert = [...world.repository.pulls.values()].find(({ head }) => head.startsWith('kedge/revert/'))
    await world.mergePullRequest(revert?.number ?? 0, 'bob')
    await world.untilRollout(({ status }) => status?.phase === 'Healthy' && status.currentPodHash === stable, 60_000)
    await until(() => statusesOf(stage, bad)[1], { ...TIMEOUT, what: 'the status says that it was restored' })
    expect(statusesOf(stage, bad)[1]).toMatch(/^fail\w+: \S+ was restored by [#!]\d+; it failed/)
    await until(() => commentsOf(stage).some(({ body }) => body.includes('was taken back')) || undefined, {
      ...TIMEOUT,
      what: 'the comment',
    })
    const source = [...world.repository.pulls.values()].find(({ head }) => head.startsWith('release/'))
    expect(commentsOf(stage)).toMatchObject([{ number: source?.number, body: expect.stringContaining(MARKER) as string }])
  },
)
