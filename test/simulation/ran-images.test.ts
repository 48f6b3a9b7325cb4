import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { PodImage } from '../../src/domain/release/ran-image.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'
import { fail, MINUTE } from './transition-stories.ts'

const digestOf = (image: string): string => `sha256:${Buffer.from(image).toString('hex').padEnd(64, '0').slice(-64)}`

/** Answers for the pods of each ReplicaSet; `gone`: hashes whose pods are there no more. */
function pods(answer: (hash: string) => readonly PodImage[] | KedgeError, images: readonly string[] = []) {
  const asked: string[] = []
  const options: StageOptions = {
    wrap: (environment) => ({
      ...environment,
      views: environment.views.map((view) => ({
        ...view,
        async podImages({ podTemplateHash, uid }) {
          asked.push(podTemplateHash)
          const told = answer(podTemplateHash)
          if (told instanceof KedgeError) throw told
          const sets = [...view.rollouts()].flatMap((rollout) => view.replicaSets(rollout.uid))
          const own = images.length > 0 ? images : (sets.find((set) => set.uid === uid)?.images ?? [])
          return [...told, ...own.map((image) => ({ image, digest: digestOf(image) }))]
        },
      })),
    }),
  }
  return { asked, options }
}

const ran = (stage: RunningStage) => stage.failed()[0]?.ranImages

describe('the images that really ran', () => {
  it('of both versions are written down when a release fails, once', async () => {
    const { asked, options } = pods(() => [])
    await using stage = await createRunningStage(options)
    await fail(stage)
    await stage.restart()
    await stage.advance(60 * MINUTE)
    const [release] = stage.failed()
    const [image = ''] = release?.images ?? []
    const [before = ''] = release?.stableImages ?? []
    expect(ran(stage)).toEqual([
      { of: 'release', image, digests: [digestOf(image)] },
      { of: 'before', image: before, digests: [digestOf(before)] },
    ])
    expect(asked).toEqual([release?.podTemplateHash, release?.stableHash])
  })

  it('of a release that goes well are written down while it rolls', async () => {
    const { asked, options } = pods(() => [])
    await using stage = await createRunningStage(options)
    await stage.release('v2')
    await stage.advance(MINUTE)
    expect((await stage.records()).map(({ event }) => event)).toContain('pods-read')
    expect(asked).toHaveLength(2)
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(60 * MINUTE)
    expect(asked).toHaveLength(2)
  })

  it('are asked for again where the API server does not answer, and neither the PR nor the card waits', async () => {
    let away = 3
    const { options } = pods(() => (away-- > 0 ? new KedgeError('E_CLUSTER_UNREACHABLE', 'no answer') : []))
    await using stage = await createRunningStage(options)
    await fail(stage)
    expect(stage.reverts()).toMatchObject([{ state: 'open' }])
    expect(stage.cards()).not.toHaveLength(0)
    await stage.advance(60 * MINUTE)
    expect(ran(stage)?.map(({ digests }) => digests.length)).toEqual([1, 1])
  })

  it('are told as not known where pods may not be listed, with the reason, and nothing is asked for ever', async () => {
    const { asked, options } = pods(() => new KedgeError('E_CLUSTER_FORBIDDEN', 'pods is forbidden'))
    await using stage = await createRunningStage(options)
    await fail(stage)
    await stage.advance(4 * 60 * MINUTE)
    expect(ran(stage)).toMatchObject([{ unread: expect.stringContaining('forbidden') }, { unread: expect.stringContaining('forbidden') }])
    expect(asked.length).toBeLessThan(20)
    expect(stage.ledger.pendingEffects()).toEqual([])
  })

  it('are asked for by nobody where pods may not be read', async () => {
    await using stage = await createRunningStage()
    await fail(stage)
    expect((await stage.records()).map(({ event }) => event)).not.toContain('read-pods-intended')
    expect(ran(stage)).toBeUndefined()
  })
})
