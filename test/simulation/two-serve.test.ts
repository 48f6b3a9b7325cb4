import { describe, expect, it } from 'vitest'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import { failWith, MINUTE, refusalOf, refused, twoCommits, type Scene } from './refusals.ts'
import type { RolloutOptions } from './rollout.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

describe('an abort that is not through', () => {
  const aborting = (stage: RunningStage): void => {
    expect(refusalOf(stage)).toEqual(refused('P1', /not proven that N alone serves: \w+ still has 1 pod\(s\)\. Kedge goes on looking/))
    expect(stage.cards()[0]?.card.title).toContain('it is not proven yet that the version before serves')
    expect(stage.cards()[0]?.card.fields.find((field) => field.label === 'Cluster runs')?.value).toBe('between two versions')
  }

  it('never claims that N runs; the PR follows when N serves alone', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.abort({ still: 1 })
    aborting(stage)
    stage.web.patch({ status: { updatedReplicas: 0 } })
    await stage.show()
    await stage.advance(2_000)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards()).toHaveLength(1)
  })
})

describe('an abort after which no pod of N is available', () => {
  /** As the watch shows them: none, or all down, until they are up. */
  async function withSets(seen: 'none' | 'down'): Promise<{ stage: RunningStage; up: () => Promise<void> }> {
    let isUp = false
    const wrapped = (view: ClusterView): ClusterView => ({
      ...view,
      replicaSets: (uid) => {
        const sets = view.replicaSets(uid)
        if (isUp) return sets
        return seen === 'none' ? [] : sets.map((set) => ({ ...set, availableReplicas: 0 }))
      },
    })
    const stage = await createRunningStage({
      wrap: (environment) => {
        const views = environment.views.map(wrapped)
        return { ...environment, views, applications: views[0] ?? environment.applications }
      },
    })
    const up = async (): Promise<void> => {
      isUp = true
      await stage.show()
      await stage.advance(2_000)
    }
    return { stage, up }
  }

  it.each([
    ['down', /not proven that N alone serves: no pod of \w+ is available\. Kedge goes on looking/],
    ['none', /not proven that N alone serves: the ReplicaSet of \w+ is not in view\. Kedge goes on looking/],
  ] as const)('(%s) is told and not reverted; the PR follows when one is', async (seen, words) => {
    const { stage, up } = await withSets(seen)
    await using _stage = stage
    await stage.release('v2')
    await stage.abort()
    expect(refusalOf(stage)).toEqual(refused('P1', words))
    await up()
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards()).toHaveLength(1)
  })
})

describe('strategies', () => {
  const running = async (strategy: RolloutOptions['strategy'], status: Readonly<Record<string, unknown>>): Promise<Scene> => {
    const scene = await failWith({}, twoCommits, strategy ? { strategy } : {})
    scene.web.patch({ status: { ...status } })
    await scene.stage.show()
    await scene.stage.advance(2_000)
    return scene
  }

  it('a blue-green whose active Service still names N+1 is aborting, not split', async () => {
    const { stage } = await running({ blueGreen: { activeService: 'active' } }, { blueGreen: { activeSelector: 'the-new-one' } })
    await using _stage = stage
    expect(refusalOf(stage)).toEqual(refused('P1', /not proven that N alone serves: nobody says what the active Service selects/))
  })

  it('a dynamically scaled canary is aborting until its weight is 0', async () => {
    const strategy = { canary: { dynamicStableScale: true, trafficRouting: { nginx: {} }, steps: [{ setWeight: 25 }] } }
    const weights = (weight: number): Record<string, unknown> => ({
      canary: { weights: { canary: { weight, podTemplateHash: 'b' }, stable: { weight: 100 - weight } } },
    })
    const { stage, web } = await failWith({}, twoCommits, { strategy }, weights(40))
    await using _stage = stage
    await stage.advance(MINUTE)
    expect(refusalOf(stage)).toEqual(refused('P1', /not proven that N alone serves: \w+ still has a weight of 40/))
    web.patch({ status: weights(0) })
    await stage.show()
    await stage.advance(2_000)
    expect(stage.pulls()).toHaveLength(1)
  })
})
