/** A document and where it stands among others. */
export interface Placed<T> {
  readonly key: string
  document: T
  /** When it began, whole epoch ms. */
  since: number
  /** Of two that began at the same moment, the one with the larger number is the newer. */
  readonly order: number
}

/** Documents, newest first. */
export class Timeline<T> {
  readonly #placed: Placed<T>[] = []

  get length(): number {
    return this.#placed.length
  }

  /** Newest first. */
  documents(limit = this.#placed.length): T[] {
    return this.#placed.slice(0, limit).map(({ document }) => document)
  }

  insert(one: Placed<T>): void {
    let low = 0
    let high = this.#placed.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = this.#placed[middle]
      if (there && (there.since - one.since || there.order - one.order) > 0) low = middle + 1
      else high = middle
    }
    this.#placed.splice(low, 0, one)
  }

  remove(one: Placed<T>): void {
    const at = this.#placed.indexOf(one)
    if (at >= 0) this.#placed.splice(at, 1)
  }

  oldest(matches: (document: T) => boolean): Placed<T> | undefined {
    return this.#placed.findLast(({ document }) => matches(document))
  }
}

/** Puts a document at its key and into its timeline, or brings the one that is there up to date. */
export function put<T>(into: { byKey: Map<string, Placed<T>>; timeline: Timeline<T> }, next: Placed<T>): void {
  const { byKey, timeline } = into
  const known = byKey.get(next.key)
  if (known?.since === next.since) {
    known.document = next.document
    return
  }
  if (known) timeline.remove(known)
  const placed = known ? { ...next, order: known.order } : next
  byKey.set(next.key, placed)
  timeline.insert(placed)
}
