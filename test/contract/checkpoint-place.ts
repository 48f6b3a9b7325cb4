import { describe, expect, it } from 'vitest'
import type { Checkpoint, CheckpointPlace } from '../../src/ports/signing.ts'

/** One place, and what anybody can read there. */
export interface CheckpointPlaceWorld extends AsyncDisposable {
  /** The place as a process sees it that has just begun. */
  open(): CheckpointPlace
  /** A signed checkpoint. */
  checkpoint(sequence: number): Checkpoint
  /** Everything that is kept there, by where it is kept. */
  kept(): ReadonlyMap<string, string>
  /** It takes nothing from now on. */
  breaks(): void
}

/** What every CheckpointPlace promises. `make` makes an empty one for each test. */
export function describeCheckpointPlace(name: string, make: () => Promise<CheckpointPlaceWorld>): void {
  describe(`${name} as a CheckpointPlace`, () => {
    it('has nothing at first, and a name for messages', async () => {
      await using world = await make()
      expect(await world.open().newest()).toBeUndefined()
      expect(world.open().name).toMatch(/\S/)
    })

    it('says the head of the newest that was added, also to a process that has just begun', async () => {
      await using world = await make()
      const place = world.open()
      for (const sequence of [9, 10, 1_000_000]) {
        await place.add(world.checkpoint(sequence))
        expect(await place.newest()).toEqual(world.checkpoint(sequence).head)
      }
      expect(await world.open().newest()).toEqual(world.checkpoint(1_000_000).head)
    })

    it('keeps each as it was signed, and never changes what was added', async () => {
      await using world = await make()
      const signed = [1, 2, 3].map((sequence) => world.checkpoint(sequence))
      let before = world.kept()
      for (const one of signed) {
        await world.open().add(one)
        const after = world.kept()
        for (const [where, text] of before) expect(after.get(where)?.startsWith(text)).toBe(true)
        before = after
      }
      const all = [...before.values()].join('')
      for (const { text } of signed) expect(all).toContain(text)
    })

    it('the same once more, as after a crash, is no fault, and is the newest still', async () => {
      await using world = await make()
      for (const _time of [1, 2]) await world.open().add(world.checkpoint(7))
      expect(await world.open().newest()).toEqual(world.checkpoint(7).head)
    })

    it('what two processes add at once is kept of both', async () => {
      await using world = await make()
      await Promise.all([7, 8].map((sequence) => world.open().add(world.checkpoint(sequence))))
      const all = [...world.kept().values()].join('')
      for (const sequence of [7, 8]) expect(all).toContain(world.checkpoint(sequence).text)
    })

    it('where it takes nothing, that is a fault that names it', async () => {
      await using world = await make()
      world.breaks()
      const place = world.open()
      const told = { code: 'E_CHECKPOINT_WRITE', message: expect.stringContaining(place.name) as string }
      await expect(place.add(world.checkpoint(1))).rejects.toMatchObject(told)
    })
  })
}
