import { expect, it } from 'vitest'
import type { ReleaseDetail } from '../../src/api/contract.ts'
import { FORGES } from '../../src/demo/forges.ts'
import { openStage, type Stage } from '../../src/demo/stage.ts'
import { QUARANTINE_CONTEXT } from '../../src/domain/quarantine/quarantine.ts'
import { until } from '../until.ts'

const TIMEOUT = { timeoutMs: 60_000 }

/** What the forge shows beside a commit. */
function statusOf({ world }: Stage, commit: string): string | undefined {
  return world.repository.statuses.findLast(({ sha, context }) => sha === commit && context === QUARANTINE_CONTEXT)?.state
}

function reverts({ world }: Stage): readonly { number: number; state: string }[] {
  return [...world.repository.pulls.values()].filter(({ head }) => head.startsWith('kedge/revert/'))
}

/** The newest release of the story's Rollout. */
async function newest({ client }: Stage): Promise<ReleaseDetail | undefined> {
  const [rollout] = await client.rollouts({})
  return rollout?.release ? client.release(rollout.release) : undefined
}

it.concurrent.each([...FORGES.values()])(
  'on $name a bot that pushes what was taken back gets red beside its commit and no second PR, and green once it is out again',
  { timeout: 180_000 },
  async (forge) => {
    await using stage = await openStage({ forge, port: 0 })
    const { world } = stage
    await world.untilRollout(({ status }) => status?.phase === 'Healthy', 60_000)
    const stable = world.rollout()?.status?.stableRS
    world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await world.commitImage('v1.8.0', 'alice')
    const pull = await until(() => reverts(stage)[0], { ...TIMEOUT, what: 'the revert PR' })
    await world.mergePullRequest(pull.number, 'bob')
    await world.untilRollout(({ status }) => status?.phase === 'Healthy' && status.currentPodHash === stable, 60_000)
    await until(async () => (await newest(stage))?.release.outcome === 'restored' || undefined, { ...TIMEOUT, what: 'it is restored' })
    const again = await world.commitImage('v1.8.0', 'renovate[bot]')
    await until(() => statusOf(stage, again) ?? undefined, { ...TIMEOUT, what: 'a status beside the commit of the bot' })
    expect(statusOf(stage, again)).toMatch(/^fail/)
    await world.untilRollout(({ status }) => status?.abort === true && status.phase === 'Degraded', 60_000)
    const told = async (): Promise<string> => (await newest(stage))?.release.decision?.reason ?? ''
    await until(async () => (await told()).includes('is in quarantine until') || undefined, { ...TIMEOUT, what: 'the decision says so' })
    expect(reverts(stage)).toHaveLength(1)
    const out = await world.commitImage('v1.7.3', 'alice')
    await until(() => statusOf(stage, out) ?? undefined, { ...TIMEOUT, what: 'a status beside the commit that takes it out' })
    expect([statusOf(stage, out), world.repository.statuses.filter(({ context }) => context === QUARANTINE_CONTEXT).length]).toEqual([
      'success',
      2,
    ])
  },
)
