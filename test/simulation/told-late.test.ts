import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { createRunningStage } from './stage.ts'

it('the age of what waits for its channel is that of the first news that did not get through, whatever takes its place', async () => {
  const refuse = async (): Promise<never> => {
    throw new KedgeError('E_NOTIFIER_REJECTED', 'is_archived')
  }
  await using stage = await createRunningStage({
    policy: { mode: 'notify' },
    wrap: (environment) => ({ ...environment, channel: environment.channel && { ...environment.channel, publish: refuse } }),
  })
  await stage.release('v2')
  const began = stage.clock.now()
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await stage.abort()
    await stage.advance(600_000)
    stage.web.retry()
    await stage.show()
  }
  const waiting = stage.ledger.pendingEffects()
  expect(waiting.map(({ lastError }) => lastError)).toEqual(['E_NOTIFIER_REJECTED: is_archived'])
  expect((waiting[0]?.createdAt ?? Infinity) - began).toBeLessThan(5_000)
})
