import { setTimeout as after } from 'node:timers/promises'

/**
 * Lets real time pass. On real controllers this is the only way to see that something does not happen, and to be as slow as a person.
 * Tests that run in this process wait for the thing itself (test/until.ts).
 */
export const pause = (ms: number): Promise<void> => after(ms)
