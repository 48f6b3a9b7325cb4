/** What a renewal may take, milliseconds: some ways to the server and back. */
const SLOW_MS = 1_500

/** What is told of a server that takes long to renew what is held; undefined where it does not. */
export function slowness(name: string, tookMs: number): string | undefined {
  if (tookMs < SLOW_MS) return undefined
  return `ledger ${name} is slow: it took ${(tookMs / 1_000).toFixed(1)} s to renew the right to act`
}
