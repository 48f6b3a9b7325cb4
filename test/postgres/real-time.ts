import { setTimeout as after } from 'node:timers/promises'

/**
 * Resolves after so many milliseconds of real time: how long an outage lasts is a part of what is tried, and no event tells of it. For the
 * long programmes alone. What a test waits for is the thing itself (test/until.ts).
 */
export const lasting = (ms: number): Promise<void> => after(ms)
