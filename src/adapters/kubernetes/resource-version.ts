/**
 * Whether `candidate` may replace `kept` for one object. The API calls resourceVersions opaque, so only where both are numbers (etcd's
 * revision, which is what API servers send) is there an order; otherwise any different one counts as newer.
 */
export function isNewer(candidate: string, kept: string): boolean {
  return candidate !== kept && !isKnownOlder(candidate, kept)
}

/** Whether the first resourceVersion is surely older than the second: both are numbers, and it is the smaller. */
export function isKnownOlder(first: string | undefined, second: string | undefined): boolean {
  if (first === undefined || second === undefined || !isNumeric(first) || !isNumeric(second)) return false
  // As texts, because a revision may exceed what a double holds.
  return first.length === second.length ? first < second : first.length < second.length
}

function isNumeric(version: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(version)
}
