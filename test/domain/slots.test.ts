import { expect, it } from 'vitest'
import { createSlots } from '../../src/domain/slots.ts'

/** Works that end when they are told to, and which of them have begun. */
function piecesOf(count: number) {
  const slots = createSlots(2)
  const begun: number[] = []
  const pieces = Array.from({ length: count }, () => Promise.withResolvers<string>())
  const done = pieces.map(({ promise }, index) =>
    slots(() => {
      begun.push(index)
      return promise
    }),
  )
  return { begun, pieces, done, slots }
}

const turns = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

it('no more is done at a time than there are slots, in the order in which it came', async () => {
  const { begun, pieces, done } = piecesOf(5)
  await turns()
  expect(begun).toEqual([0, 1])
  pieces[1]?.resolve('one')
  expect(await done[1]).toBe('one')
  await turns()
  expect(begun).toEqual([0, 1, 2])
  pieces[2]?.resolve('two')
  pieces[0]?.resolve('zero')
  await turns()
  expect(begun).toEqual([0, 1, 2, 3, 4])
})

it('who comes later is not before those who wait', async () => {
  const { begun, pieces, slots } = piecesOf(3)
  await turns()
  pieces[0]?.resolve('')
  void slots(async () => void begun.push(9))
  await turns()
  expect(begun).toEqual([0, 1, 2])
  pieces[1]?.resolve('')
  await turns()
  expect(begun).toEqual([0, 1, 2, 9])
})

it('work that fails gives its slot back, and the fault to who asked', async () => {
  const { begun, pieces, done } = piecesOf(4)
  for (const piece of pieces.slice(0, 2)) piece.reject(new Error('no'))
  for (const one of done.slice(0, 2)) await expect(one).rejects.toThrow('no')
  await turns()
  expect(begun).toEqual([0, 1, 2, 3])
})

it('a slot that nobody waited for is free again', async () => {
  const { begun, pieces, done, slots } = piecesOf(2)
  await turns()
  for (const piece of pieces) piece.resolve('')
  await Promise.all(done)
  const later = [7, 8].map((at) => slots(async () => void begun.push(at)))
  await Promise.all(later)
  expect(begun).toEqual([0, 1, 7, 8])
})
