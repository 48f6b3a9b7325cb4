const NO_NUMBERS = /^\s*(?:NaN|\[\s*NaN(?:\s*,\s*NaN)*\s*\])\s*$/

/** Whether a measured value is NaN, or a list of nothing else, as Argo Rollouts writes what Prometheus answered. */
export function isNoNumber(value: string | undefined): boolean {
  return value !== undefined && value.length <= 1_000 && NO_NUMBERS.test(value)
}
