/** What one replica sees of all. */
export interface Standing {
  /** Everything that is to be led. */
  names: readonly string[]
  /** What is led by somebody whose time is not over, and by whom. */
  led: ReadonlyMap<string, string>
  /** Everybody who takes part, this one too. */
  replicas: readonly string[]
  own: string
  /** What this one leads and has not begun to give up, oldest first. */
  held: readonly string[]
}

/**
 * What this replica is to take and to give up, so that each leads its share and no more. Nothing moves while the shares are fair: who has
 * just begun to lead something knows less of it than who has led it all the time.
 */
export function shareOut({ names, led, replicas, own, held }: Standing): { take: readonly string[]; giveUp: readonly string[] } {
  const others = replicas.filter((replica) => replica !== own)
  const most = Math.ceil(names.length / (others.length + 1))
  const least = Math.floor(names.length / (others.length + 1))
  const leadsFewer = (replica: string): boolean => [...led.values()].filter((holder) => holder === replica).length < least
  const surplus = Math.max(held.length - most, held.length > least && others.some(leadsFewer) ? 1 : 0, 0)
  const strange = held.filter((name) => !names.includes(name))
  const free = names.filter((name) => !led.has(name) && !held.includes(name))
  return {
    take: surplus > 0 ? [] : free.slice(0, Math.max(0, most - held.length)),
    giveUp: [...new Set([...strange, ...(surplus > 0 ? held.slice(-surplus) : [])])],
  }
}
