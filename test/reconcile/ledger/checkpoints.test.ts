import { expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import { MINUTE, signing } from './a-signing.ts'

it('the first head is signed at once, and then after so many records or so long, whichever comes first', async () => {
  const { append, pass, added } = signing()
  await pass(MINUTE)
  expect(added()).toEqual([[]])
  append(7)
  await pass(MINUTE)
  append(50)
  await pass(10 * MINUTE)
  expect(added()).toEqual([[7]])
  append(107)
  await pass(5_000)
  expect(added()).toEqual([[7, 107]])
  append(108)
  await pass(14 * MINUTE)
  expect(added()).toEqual([[7, 107]])
  await pass(MINUTE)
  expect(added()).toEqual([[7, 107, 108]])
  // What does not grow is not signed again.
  await pass(24 * 60 * MINUTE)
  expect(added()).toEqual([[7, 107, 108]])
})

it('who leads nothing, or may not act by now, signs nothing', async () => {
  const { state, append, pass, added, checkpoints, lines } = signing()
  append(1)
  state.leads = false
  await pass(MINUTE)
  expect([added(), checkpoints.standing()]).toEqual([[[]], []])
  Object.assign(state, { leads: true, fenced: true })
  await pass(MINUTE)
  expect(added()).toEqual([[]])
  expect(JSON.stringify(lines)).toContain('E_LEDGER_FENCED')
  state.fenced = false
  await pass(MINUTE)
  expect(added()).toEqual([[1]])
})

it('a ledger that is out of reach ends nothing: that is told once, and it is signed when it is back', async () => {
  const { state, append, pass, added, lines } = signing()
  append(1)
  state.away = true
  await pass(MINUTE)
  expect(lines).toHaveLength(1)
  state.away = false
  await pass(MINUTE)
  expect(added()).toEqual([[1]])
})

it('a place that fails is told once, tried again with the newest head, and keeps no other from its own', async () => {
  const { append, pass, added, places, lines, counted, checkpoints } = signing({ places: 2 })
  const [first] = places
  if (first) first.behaves = () => Promise.reject(new KedgeError('E_CHECKPOINT_WRITE', 'no room'))
  append(1)
  await pass(MINUTE)
  expect(added()).toEqual([[], [1]])
  expect(checkpoints.standing()).toEqual([
    { place: 'place-0', head: undefined, trouble: 'no room' },
    { place: 'place-1', head: { sequence: 1, hash: 'a'.repeat(64) }, trouble: undefined },
  ])
  expect(lines.filter((line) => JSON.stringify(line).includes('E_CHECKPOINT_WRITE'))).toHaveLength(1)
  expect(new Set(counted)).toEqual(new Set(['failed', 'written']))
  append(2)
  if (first) first.behaves = () => Promise.resolve()
  await pass(MINUTE)
  expect(added()).toEqual([[2], [1]])
  expect(checkpoints.standing()[0]?.trouble).toBeUndefined()
})

it('a place that never answers is told, is asked for nothing more, and neither the others nor the end wait for it', async () => {
  const { append, pass, added, places, checkpoints } = signing({ places: 2, everyRecords: 1 })
  let asked = 0
  const [first] = places
  if (first)
    first.behaves = () => {
      asked += 1
      return new Promise(() => undefined)
    }
  append(1)
  await pass(MINUTE)
  append(2)
  await pass(MINUTE)
  expect([asked, added()]).toEqual([1, [[], [1, 2]]])
  expect(checkpoints.standing()[0]?.trouble).toBe('a write to place-0 has not ended for more than a minute')
  checkpoints[Symbol.dispose]()
  append(3)
  await pass(60 * MINUTE)
  expect(added()).toEqual([[], [1, 2]])
})

it.each([
  ['a longer one was signed there', { sequence: 9, hash: 'b'.repeat(64) }, 'E_LEDGER_TRUNCATED'],
  ['another one was signed there', { sequence: 5, hash: 'b'.repeat(64) }, 'E_LEDGER_REWRITTEN'],
])('a ledger is not signed over what %s: it is told, and stays so when it grows', async (_, there, code) => {
  const { append, pass, added, places, lines, checkpoints } = signing({ everyRecords: 1 })
  const [place] = places
  if (place) place.there = there
  append(5)
  await pass(MINUTE)
  append(50)
  await pass(MINUTE)
  expect(added()).toEqual([[]])
  expect(checkpoints.standing()[0]?.trouble).toBe(
    `the ledger ends at record 5 (${'a'.repeat(64)}), and place-0 has a checkpoint of record ${there.sequence} (${there.hash})`,
  )
  expect(lines.filter(({ fields }) => fields?.['code'] === code)).toHaveLength(1)
})

it('what was signed there of this very chain is gone on from', async () => {
  const { append, pass, added, places } = signing()
  const [place] = places
  if (place) place.there = { sequence: 5, hash: 'a'.repeat(64) }
  append(5)
  await pass(MINUTE)
  expect(added()).toEqual([[5]])
})

it('what another process signed while it was looked is no sign of a ledger that was cut off', async () => {
  const { state, places, pass, append } = signing()
  append(5)
  const [place] = places
  Object.assign(place ?? {}, {
    async newest() {
      append(6)
      return state.head
    },
  })
  await pass(1_000)
  expect(place?.added).toEqual([5])
})
