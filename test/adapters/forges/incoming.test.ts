import { expect, it } from 'vitest'
import { deliveryId, hintsAt } from '../../../src/adapters/forges/http/incoming.ts'

it('a delivery is known by an id of 1 to 100 plain characters, and by nothing else', () => {
  expect(deliveryId('a-'.repeat(50))).toBe('a-'.repeat(50))
  for (const none of [undefined, '', 'a'.repeat(101), 'a b', 'a\n']) expect(deliveryId(none)).toBeUndefined()
})

it('a payload hints at the repository of a clone URL of up to 2,048 characters, and at nothing else', () => {
  const url = (length: number): string => 'https://git.example/acme/'.padEnd(length, 'a')
  expect(hintsAt(url(2_048))).toEqual([{ look: 'repository', repository: expect.stringContaining('git.example/acme/a') as string }])
  for (const none of [undefined, null, 7, {}, '', url(2_049)]) expect(hintsAt(none)).toEqual([])
})
