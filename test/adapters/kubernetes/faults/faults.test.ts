import { describe, expect, it } from 'vitest'
import { WATCH_FAULTS } from './faults.ts'
import { meet } from './meet.ts'
import { startOurs } from './subjects.ts'

// Less than half of the 15 s of production: the same machinery, more impatient.
const STALE_AFTER_MS = 6_000

describe('a cluster view sees the next change in time in spite of', () => {
  it.concurrent.each(WATCH_FAULTS)('$name', async (fault) => {
    const score = await meet(fault, startOurs, STALE_AFTER_MS)
    expect(score.ms, `not seen within ${score.limitMs} ms`).toBeDefined()
  })
})
