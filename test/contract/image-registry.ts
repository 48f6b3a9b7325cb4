import { describe, expect, it } from 'vitest'
import type { ImageRegistry } from '../../src/ports/image-registry.ts'

/** One registry that may be read, before it images. */
export interface ImageRegistryWorld extends AsyncDisposable {
  registry: ImageRegistry
  /** An image there whose label names this commit. */
  labelled: { image: string; revision: string }
  /** An image that would be there, and is not. */
  absent: string
  /** An image of a registry that may not be read. */
  foreign: string
  /** How often anybody was asked. */
  asked(): number
  /** Nothing answers from now on. */
  away(): void
  /** It answers again. */
  back(): void
}

/** What every ImageRegistry promises. `open` makes a fresh world for each test. */
export function describeImageRegistry(name: string, open: () => Promise<ImageRegistryWorld>): void {
  describe(`${name} as an ImageRegistry`, () => {
    it('says which images may be read, and asks nobody for that', async () => {
      await using world = await open()
      const { registry, labelled, absent, foreign } = world
      expect([labelled.image, absent, foreign].map((image) => registry.mayRead(image))).toEqual([true, true, false])
      expect(world.asked()).toBe(0)
    })

    it('tells the commit that the label names, of the image as it was named', async () => {
      await using world = await open()
      const { image, revision } = world.labelled
      expect(await world.registry.sourceOf(image)).toMatchObject({ image, revision })
      expect(world.asked()).toBeGreaterThan(0)
    })

    it('what its registry does not have is an answer with a reason', async () => {
      await using world = await open()
      const answer = await world.registry.sourceOf(world.absent)
      expect(answer).toEqual({ image: world.absent, unread: expect.stringMatching(/\w/) })
    })

    it('of a registry that may not be read nothing is known, and nobody is asked', async () => {
      await using world = await open()
      expect(await world.registry.sourceOf(world.foreign)).toEqual({ image: world.foreign, unread: expect.stringMatching(/\w/) })
      expect(world.asked()).toBe(0)
    })

    it.each(['', ' ', 'no image!', '../../etc/passwd', `x${'/y'.repeat(500)}`, 'a\u0000b', '\u202eweb:1'])(
      'the text %j, which is no image of it, is an answer, too',
      async (text) => {
        await using world = await open()
        expect(world.registry.mayRead(text)).toBe(false)
        const { unread, image } = await world.registry.sourceOf(text)
        expect(unread).toMatch(/\w/)
        expect(image.length).toBeLessThanOrEqual(300)
        expect(world.asked()).toBe(0)
      },
    )

    it('one that does not answer is a fault that passes, and is no answer that is kept', async () => {
      await using world = await open()
      world.away()
      await expect(world.registry.sourceOf(world.labelled.image)).rejects.toMatchObject({ code: 'E_REGISTRY_UNREACHABLE', retryable: true })
      world.back()
      expect(await world.registry.sourceOf(world.labelled.image)).toMatchObject({ revision: world.labelled.revision })
    })
  })
}
