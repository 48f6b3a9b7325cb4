/** What answers at once, and asks nobody. */
const AT_ONCE: ReadonlySet<string> = new Set(['forRepository', 'addressNow', 'addressOf', 'rateLimitRemaining', 'commitUrl', 'sideOf'])

/** Runs one thing after the other, in the order in which they are asked for. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/** See {@link Turns}. */
export function takeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
}

/**
 * A port whose questions wait for each other: what is asked side by side is answered in the order of the asking and not of the wire, so
 * that the ledger is the same each time. What it hands out that has questions of its own is like it.
 */
export function inTurn<T extends object>(port: T, turns: Turns): T {
  return new Proxy(port, {
    get(of, name) {
      const member: unknown = Reflect.get(of, name)
      if (typeof member !== 'function' || typeof name === 'symbol') return member
      const ask = (...asked: unknown[]): unknown => Reflect.apply(member, of, asked) as unknown
      if (AT_ONCE.has(name)) return (...asked: unknown[]) => likeIt(ask(...asked), turns)
      return async (...asked: unknown[]) => likeIt(await turns(async () => ask(...asked)), turns)
    },
  })
}

function likeIt(answer: unknown, turns: Turns): unknown {
  const asksMore = typeof answer === 'object' && answer !== null && Object.values(answer).some((one) => typeof one === 'function')
  return asksMore ? inTurn(answer, turns) : answer
}
