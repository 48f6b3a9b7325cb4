import { expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Forges } from '../../../src/ports/forge.ts'
import { createEndedLabels } from '../../../src/reconcile/quarantine/ended-labels.ts'

const REPO = 'https://forge.example/acme/shop'
const MINUTE = 60_000

/** A forge with some PRs that bear the label `out`, and how often it was asked. */
async function createPlace(pulls: number) {
  const clock = createVirtualClock(0)
  const memory = createMemoryForges({ now: () => clock.now() })
  for (let at = 1; at <= pulls; at += 1) {
    await memory.openByHuman(REPO, { branch: `b${at}`, base: 'main', title: 't', body: '', author: 'ada' })
    memory.label(REPO, at, 'out')
  }
  const seen = { asked: 0 }
  const forges: Forges = {
    forRepository: (url) => {
      const forge = memory.forRepository(url)
      return { ...forge, get: (number) => ((seen.asked += 1), forge.get(number)) }
    },
  }
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined)
  return { labels: createEndedLabels({ clock, forges }), seen, wait }
}

it('a PR is asked about once for all whose revert it is, and anew once something has moved', async () => {
  const { labels, seen } = await createPlace(1)
  const read = (since: number, moves: number): Promise<readonly string[]> => labels.read(REPO, 1, { since, moves })
  for (let since = 1; since <= 100; since += 1) expect(await read(since, 100)).toEqual(['out'])
  expect(seen.asked).toBe(1)
  await read(101, 101)
  await read(0, 101)
  expect(seen.asked).toBe(2)
})

it('is asked about again after ten minutes where nothing has moved', async () => {
  const { labels, seen, wait } = await createPlace(1)
  await labels.read(REPO, 1, { since: 0, moves: 0 })
  await wait(9 * MINUTE)
  await labels.read(REPO, 1, { since: 0, moves: 0 })
  expect(seen.asked).toBe(1)
  await wait(MINUTE)
  await labels.read(REPO, 1, { since: 0, moves: 0 })
  expect(seen.asked).toBe(2)
})

it('a hundred PRs where something is pushed each minute cost some ten requests a minute, and each has its turn', async () => {
  const { labels, seen, wait } = await createPlace(100)
  const found = new Set<number>()
  for (let moves = 1; moves <= 60; moves += 1, await wait(MINUTE))
    for (let number = 1; number <= 100; number += 1)
      if ((await labels.read(REPO, number, { since: moves, moves })).length > 0) found.add(number)
  expect(seen.asked).toBeLessThanOrEqual(30 + 60 * 10)
  expect(found.size).toBe(100)
})

it('thirty are asked about at once, half of them of those that were asked about of late; then one each six seconds', async () => {
  const { labels, seen, wait } = await createPlace(50)
  const ask = async (from: number, count: number, moves: number): Promise<void> => {
    for (let number = from; number < from + count; number += 1) await labels.read(REPO, number, { since: moves, moves })
  }
  await ask(1, 20, 1)
  await ask(1, 20, 2)
  // Of the ten that are left none is for what was asked about of late.
  expect(seen.asked).toBe(20)
  await ask(21, 20, 2)
  expect(seen.asked).toBe(30)
  await wait(5_999)
  await ask(41, 5, 2)
  expect(seen.asked).toBe(30)
  await wait(1)
  await ask(41, 5, 2)
  expect(seen.asked).toBe(31)
  await wait(15 * 6_000)
  await ask(1, 20, 3)
  expect(seen.asked).toBe(31)
  await wait(6_000)
  await ask(1, 20, 3)
  expect(seen.asked).toBe(32)
})

it('what could not be asked is asked again by the next one', async () => {
  const clock = createVirtualClock(0)
  let asked = 0
  const get = async (): Promise<never> => {
    asked += 1
    throw new Error('away')
  }
  const labels = createEndedLabels({ clock, forges: { forRepository: () => ({ get }) } as unknown as Forges })
  for (const count of [1, 2]) {
    await expect(labels.read(REPO, 1, { since: 0, moves: 0 })).rejects.toThrow('away')
    expect(asked).toBe(count)
  }
})
