/** Powers of the suffixes that Kubernetes knows. Source: apimachinery `pkg/api/resource/suffix.go`. */
const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }

/** Longer ones are no quantities that anybody wrote, and would cost. */
const MOST_DIGITS = 40

/**
 * Whether two quantities (`1`, `1000m`, `0.5Gi`) say the same. The API server rounds up to thousandths before it keeps one, so they are
 * compared by that. What is no quantity is compared as text.
 */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [canonicalQuantity(a), canonicalQuantity(b)]
  return left === undefined || right === undefined ? a === b : left === right
}

/** One spelling for all that say the same, in thousandths; undefined for what is no quantity. */
export function canonicalQuantity(value: unknown): string | undefined {
  return thousandths(value)?.toString()
}

function thousandths(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text.length > MOST_DIGITS) return undefined
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE])([+-]?\d{1,2})|([KMGTPE]i|[numkMGTPE]))?$/.exec(text)
  if (!found) return undefined
  const [, sign, whole = '', fraction = '', , exponent, suffix = ''] = found
  if (whole + fraction === '') return undefined
  const binary = BINARY[suffix]
  const power = (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent)) - fraction.length + 3
  const digits = BigInt(whole + fraction) * (binary === undefined ? 1n : 1024n ** BigInt(binary))
  const size = power >= 0 ? digits * 10n ** BigInt(power) : roundedUp(digits, 10n ** BigInt(-power))
  return sign === '-' ? -size : size
}

function roundedUp(digits: bigint, by: bigint): bigint {
  return (digits + by - 1n) / by
}
