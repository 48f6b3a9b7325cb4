/** How long to wait: after the first fault, and at the most. Milliseconds. */
export interface BackOff {
  firstMs: number
  longestMs: number
}

/**
 * Milliseconds to wait after the `fault`th fault in a row (1 is the first): as {@link doubled}, less a random part of up to a half, so that
 * those who failed together do not come back together. `random` is in [0, 1).
 */
export function backOff(fault: number, within: BackOff, random: number): number {
  return Math.round(doubled(fault, within) * (0.5 + random / 2))
}

/** Milliseconds after the `time`th time in a row (1 is the first): twice as long each time, up to the longest. */
export function doubled(time: number, { firstMs, longestMs }: BackOff): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(time - 1, 30))
}
