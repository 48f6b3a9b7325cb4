import { expect, it } from 'vitest'
import { MINUTE, signing } from './a-signing.ts'

it('nothing is signed that goes nowhere: before the first record, and while nothing is due', async () => {
  const { append, pass, asked, lines } = signing()
  await pass(MINUTE)
  expect([asked.signed, lines]).toEqual([0, []])
  append(1)
  await pass(10 * MINUTE)
  expect([asked.signed, asked.newest]).toEqual([1, 1])
  append(101)
  await pass(MINUTE)
  expect([asked.signed, asked.newest]).toEqual([2, 1])
})

it('what is in the way again, after it was over, is told again; so is that a place is written again', async () => {
  const { state, append, pass, places, lines } = signing({ everyRecords: 1 })
  const levels = (): readonly string[] => lines.map(({ level }) => level)
  for (const record of [1, 2]) {
    state.away = true
    await pass(MINUTE)
    state.away = false
    append(record)
    await pass(MINUTE)
  }
  expect(levels()).toEqual(['warn', 'warn'])
  const [place] = places
  for (const record of [3, 4]) {
    if (place) place.behaves = () => Promise.reject(new Error('no room'))
    append(record)
    await pass(MINUTE)
    if (place) place.behaves = () => Promise.resolve()
    await pass(MINUTE)
  }
  expect(levels().slice(2)).toEqual(['error', 'info', 'error', 'info'])
})

it('a write is in trouble once it takes more than a minute, whenever it began', async () => {
  const { append, pass, places, checkpoints } = signing()
  const trouble = (): string | undefined => checkpoints.standing()[0]?.trouble
  await pass(10 * MINUTE)
  const [place] = places
  if (place) place.behaves = () => new Promise(() => undefined)
  append(1)
  await pass(5_000)
  expect(trouble()).toBeUndefined()
  // It was looked at the first second of each five.
  await pass(MINUTE - 4_000)
  expect(trouble()).toBeUndefined()
  await pass(1)
  expect(trouble()).toBe('a write to place-0 has not ended for more than a minute')
})

it('its end ends the looks, also one that is under way', async () => {
  const idle = signing()
  idle.checkpoints[Symbol.dispose]()
  await idle.pass(MINUTE)
  expect(idle.asked.head).toBe(0)
  const looking = signing()
  const { append, pass, asked, added, checkpoints } = looking
  append(1)
  Object.defineProperty(looking.state, 'away', {
    get() {
      checkpoints[Symbol.dispose]()
      return false
    },
  })
  await pass(MINUTE)
  expect([asked, added()]).toEqual([{ head: 1, signed: 0, newest: 0 }, [[]]])
})
