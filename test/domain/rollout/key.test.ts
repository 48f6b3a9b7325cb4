import { expect, it } from 'vitest'
import { parseRolloutKey, rolloutKey } from '../../../src/domain/rollout/key.ts'

it('a key is of a cluster, a namespace and a name, and is read again', () => {
  const ref = { cluster: 'prod', namespace: 'shop', name: 'web' }
  expect([rolloutKey(ref), parseRolloutKey('prod/shop/web')]).toEqual(['prod/shop/web', ref])
})

it.each(['', 'prod', 'prod/shop', '/shop/web', 'prod//web', 'prod/shop/', 'prod/shop/web/'])(
  'what names less, or more, is none: %j',
  (key) => {
    expect(parseRolloutKey(key)).toBeUndefined()
  },
)
