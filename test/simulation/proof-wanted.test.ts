import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import type { Release } from '../../src/domain/release/release.ts'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

async function fail(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
}

const failedChecks = (stage: RunningStage) => (stage.failed()[0]?.decision?.checks ?? []).filter(({ outcome }) => outcome === 'failed')

/** Who renders does not answer while `is.away`. */
function away(is: { away: boolean }): NonNullable<StageOptions['wrap']> {
  let asked = 0
  return (environment) => ({
    ...environment,
    renderer: {
      ...environment.renderer,
      // What it says of itself changes; that it is away does not.
      render: async (question) =>
        is.away ? notRendered('unreachable', `Argo CD did not answer (${(asked += 1)}).`) : environment.renderer.render(question),
    },
  })
}

describe('a policy that wants a proof by rendering', () => {
  it('opens what is rendered', async () => {
    await using stage = await createRunningStage()
    stage.policy = { proof: 'rendered' }
    await fail(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('leaves what only files prove to people, and says why nothing was rendered', async () => {
    await using stage = await createRunningStage({ wrap: byFiles })
    stage.policy = { proof: 'rendered' }
    await fail(stage)
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    expect(failedChecks(stage)).toMatchObject([{ id: 'P10', detail: expect.stringContaining('A source is rendered by Helm.') as string }])
    expect(stage.failed()[0]?.decision?.reason).toContain('the policy wants a proof by rendering')
    expect(stage.cards()).toHaveLength(1)
  })

  it('waits for who renders, as long as it takes', async () => {
    const is = { away: true }
    await using stage = await createRunningStage({ wrap: away(is) })
    stage.policy = { proof: 'rendered' }
    await fail(stage)
    await stage.advance(30 * MINUTE)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    is.away = false
    await stage.advance(10 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ provenBy: 'rendering' }])
  })
})

describe('while who renders is away', () => {
  it('people are told at once, and that it is what renders that does not answer', async () => {
    await using stage = await createRunningStage({ wrap: away({ away: true }) })
    await fail(stage)
    await stage.advance(10_000)
    expect(stage.pulls()).toEqual([])
    expect(stage.cards()).toHaveLength(1)
    expect(stage.failed()[0]?.decision?.reason).toMatch(/^No revert PR: Argo CD, .* could not be asked what the commits render/)
  })

  it('files have to do after two minutes, and the PR says so', async () => {
    await using stage = await createRunningStage({ wrap: away({ away: true }) })
    await fail(stage)
    await stage.advance(110_000)
    expect(stage.pulls()).toEqual([])
    await stage.advance(3 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.pulls()[0]?.body).toContain('Proven by files: There was no answer for two minutes. Argo CD did not answer')
    await stage.advance(20 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.cards()).toHaveLength(1)
  })

  it('what files refuse is told once, and not taken back and told again', async () => {
    await using stage = await createRunningStage({ wrap: away({ away: true }) })
    await stage.release('v2')
    stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    await stage.abort()
    await stage.advance(30 * MINUTE)
    expect([stage.pulls(), stage.cards().length]).toEqual([[], 1])
    expect(failedChecks(stage).map(({ id }) => id)).toEqual(['P5'])
    const decided = (await stage.records())
      .filter(({ kind }) => kind === 'release')
      .map(({ document }) => (document as Release).decision?.reason)
    expect([...new Set(decided)]).toHaveLength(3)
    expect(
      decided.slice(decided.findIndex((reason) => reason?.includes('a later commit'))).filter((reason) => !reason?.includes('a later')),
    ).toEqual([])
  })

  it('what answers again within that time proves by rendering', async () => {
    const is = { away: true }
    await using stage = await createRunningStage({ wrap: away(is) })
    await fail(stage)
    await stage.advance(MINUTE)
    is.away = false
    await stage.advance(10 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ provenBy: 'rendering' }])
  })
})
