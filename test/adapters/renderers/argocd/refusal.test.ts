import { expect, test } from 'vitest'
import { readRefusal } from '../../../../src/adapters/renderers/argocd/refusal.ts'

test.each(['Error: ', 'namespace '])('a message that repeats "%s" holds nobody up', (words) => {
  const before = process.cpuUsage()
  expect(readRefusal(500, Buffer.from(words.repeat(100_000))).why).toBe('failed')
  // Of the processor, not of the clock: others may be at work on the machine.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(100)
})
