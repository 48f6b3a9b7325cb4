import { describe, expect, it } from 'vitest'
import { meet, WATCH_FAULTS } from './faults.ts'
import { startOurs } from './subjects.ts'

// A fifth of production's 15 s: the same machinery, five times as impatient.
const STALE_AFTER_MS = 3_000

describe('a cluster view sees the next change in time in spite of', () => {
  it.concurrent.each(WATCH_FAULTS)('$name', async (fault) => {
    const score = await meet(fault, startOurs, STALE_AFTER_MS)
    expect(score.ms, `not seen within ${score.limitMs} ms`).toBeDefined()
  })
})
