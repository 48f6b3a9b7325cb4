import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { imageSource } from '../../src/domain/release/image-source.ts'
import type { ImageRegistry } from '../../src/ports/image-registry.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'
import { fail, MINUTE } from './transition-stories.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'

/** Counts what is asked of a registry; `away`: so many questions get no answer. */
function countingRegistry({ away = 0, mayRead = () => true }: { away?: number; mayRead?: (image: string) => boolean } = {}) {
  const asked: string[] = []
  const images: ImageRegistry = {
    mayRead,
    async sourceOf(image) {
      if (asked.push(image) <= away)
        throw new KedgeError('E_REGISTRY_UNREACHABLE', 'The registry at registry.example answered with HTTP 503.')
      return imageSource(image, { 'org.opencontainers.image.revision': COMMIT })
    },
  }
  const options: StageOptions = { wrap: (environment) => ({ ...environment, images }) }
  return { asked, options }
}

const sources = (stage: RunningStage) => stage.failed()[0]?.imageSources

describe('what a release was built from', () => {
  it('is written down once when it fails, and the registry is asked only once', async () => {
    const { asked, options } = countingRegistry()
    await using stage = await createRunningStage(options)
    await fail(stage)
    await stage.restart()
    await stage.advance(60 * MINUTE)
    const [image] = stage.failed()[0]?.images ?? []
    expect(sources(stage)).toEqual([{ image, revision: COMMIT }])
    expect(asked).toEqual([image])
  })

  it('is not asked again by what becomes of the release', async () => {
    const { asked, options } = countingRegistry()
    await using stage = await createRunningStage(options)
    await fail(stage)
    const merged = stage.merge(1)
    await stage.pushed()
    stage.app.sync(merged)
    stage.web.healthy('v1')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()[0]?.outcome).toBe('restored')
    expect(asked).toHaveLength(1)
    expect((await stage.records()).filter(({ event }) => event === 'read-images-intended')).toHaveLength(1)
  })

  it('is written down of one that was promoted', async () => {
    const { asked, options } = countingRegistry()
    await using stage = await createRunningStage(options)
    await stage.release('v2')
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    const records = await stage.records()
    expect(records.map(({ event }) => event)).toContain('images-read')
    expect(asked).toHaveLength(1)
  })

  it('is asked again where the registry does not answer, and neither the PR nor the card waits for it', async () => {
    const { asked, options } = countingRegistry({ away: 2 })
    await using stage = await createRunningStage(options)
    await fail(stage)
    expect(stage.reverts()).toMatchObject([{ state: 'open' }])
    expect(stage.cards()).not.toHaveLength(0)
    expect(sources(stage)).toBeUndefined()
    await stage.advance(60 * MINUTE)
    expect(sources(stage)).toMatchObject([{ revision: COMMIT }])
    expect(asked).toHaveLength(3)
  })

  it('is told as not known where the registry is away for long, and nothing is asked for ever', async () => {
    const { asked, options } = countingRegistry({ away: Infinity })
    await using stage = await createRunningStage(options)
    await fail(stage)
    await stage.advance(4 * 60 * MINUTE)
    expect(sources(stage)).toMatchObject([{ unread: expect.stringContaining('HTTP 503') as string }])
    expect(asked.length).toBeLessThan(10)
    expect(stage.ledger.pendingEffects()).toEqual([])
  })

  it('is asked of no registry that may not be read', async () => {
    const { asked, options } = countingRegistry({ mayRead: () => false })
    await using stage = await createRunningStage(options)
    await fail(stage)
    await stage.advance(60 * MINUTE)
    expect(asked).toEqual([])
    expect((await stage.records()).map(({ event }) => event)).not.toContain('read-images-intended')
  })

  describe('where the pods tell what ran', () => {
    const RAN = `sha256:${'a'.repeat(64)}`

    /** Pods that run one digest, and may take a while to tell. `away`: so many questions for them get no answer. */
    function withPods(options: StageOptions, digests: readonly string[], away = 0): StageOptions {
      let left = away
      return {
        wrap(given) {
          const environment = options.wrap?.(given) ?? given
          const views = environment.views.map((view) => ({
            ...view,
            async podImages() {
              if (left-- > 0) throw new KedgeError('E_CLUSTER_UNREACHABLE', 'no answer')
              return ['v1', 'v2'].flatMap((tag) => digests.map((digest) => ({ image: `registry.example/web:${tag}`, digest })))
            },
          }))
          return { ...environment, views }
        },
      }
    }

    it('is asked by that digest, so that a tag that was pushed over changes nothing', async () => {
      const { asked, options } = countingRegistry()
      await using stage = await createRunningStage(withPods(options, [RAN]))
      await fail(stage)
      await stage.advance(60 * MINUTE)
      const [image = ''] = stage.failed()[0]?.images ?? []
      expect(asked).toEqual([`${image}@${RAN}`])
      expect(sources(stage)).toEqual([{ image: `${image}@${RAN}`, revision: COMMIT }])
    })

    it('is asked for each digest where several ran', async () => {
      const other = `sha256:${'b'.repeat(64)}`
      const { asked, options } = countingRegistry()
      await using stage = await createRunningStage(withPods(options, [RAN, other]))
      await fail(stage)
      await stage.advance(60 * MINUTE)
      expect(asked.map((image) => image.split('@')[1])).toEqual([RAN, other])
    })

    it('is not asked by the tag while the pods are still asked', async () => {
      const { asked, options } = countingRegistry()
      await using stage = await createRunningStage(withPods(options, [RAN], 6))
      await stage.release('v2')
      // Four times for nothing while it rolls, and twice more now that it has failed.
      await stage.abort()
      await stage.advance(60 * MINUTE)
      expect(asked).toEqual([expect.stringContaining(`@${RAN}`)])
    })

    it('is asked by the tag where the pods can tell nothing', async () => {
      const { asked, options } = countingRegistry()
      await using stage = await createRunningStage(withPods(options, [], Infinity))
      await fail(stage)
      await stage.advance(60 * MINUTE)
      expect(asked).toEqual(stage.failed()[0]?.images)
    })
  })
})
