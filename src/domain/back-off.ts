/** How long to wait: after the first fault, and at the most. Milliseconds. */
export interface BackOff {
  firstMs: number
  longestMs: number
}

/**
 * Milliseconds to wait after the `fault`th fault in a row (1 is the first): twice as long each time, up to the longest, less a
 * random part of up to a half, so that those who failed together do not come back together. `random` is in [0, 1).
 */
export function backOff(fault: number, { firstMs, longestMs }: BackOff, random: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(fault - 1, 30))
  return Math.round(whole * (0.5 + random / 2))
}
