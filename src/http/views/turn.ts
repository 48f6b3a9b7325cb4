/** Lets all else have its turn: a ledger in a file answers at once, and whoever reads much of it would hold up everything. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
