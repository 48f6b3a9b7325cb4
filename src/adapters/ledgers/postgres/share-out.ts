/** What one replica sees of all. */
export interface Standing {
  /** What is led by somebody whose time is not over, and by whom. */
  led: ReadonlyMap<string, string>
  /**
   * Everybody who takes part, this one too, and what each watches: while a configuration is rolled out, not all watch the same. Undefined
   * for one that does not say.
   */
  replicas: ReadonlyMap<string, readonly string[] | undefined>
  /** What there is to be done for clusters that this one does not watch. Anybody can lead those of them that nobody watches. */
  left: readonly string[]
  own: string
  /** What this one leads and has not begun to give up, oldest first. */
  held: readonly string[]
}

/**
 * What this replica is to take and to give up, so that everything is led by somebody who can, and each of those leads as much as the
 * others. All work out the same from the same rows. Nothing moves while the shares are fair: who has just begun to lead something knows
 * less of it than who has led it all the time.
 */
export function shareOut(standing: Standing): { take: readonly string[]; giveUp: readonly string[] } {
  const { led, replicas, own, held } = standing
  const watched = [...replicas.values()].flatMap((names) => names ?? [])
  const left = standing.left.filter((name) => !watched.includes(name))
  const all = new Set([...watched, ...left])
  const able = new Map([...replicas].map(([replica, names]) => [replica, names ? new Set([...names, ...left]) : all] as const))
  const canLead: CanLead = (replica, name) => able.get(replica)?.has(name) ?? false
  const strange = held.filter((name) => !canLead(own, name))
  const shares = new Map([...replicas.keys()].map((replica) => [replica, [...led].flatMap(([name, by]) => (by === replica ? [name] : []))]))
  shares.set(
    own,
    held.filter((name) => !strange.includes(name)),
  )
  const free = [...all].filter((name) => !led.has(name) && !held.includes(name)).toSorted()
  handOut(free, shares, canLead)
  level(shares, canLead)
  const share = new Set(shares.get(own))
  return { take: free.filter((name) => share.has(name)), giveUp: held.filter((name) => !share.has(name)) }
}

type CanLead = (replica: string, name: string) => boolean

/** What each leads, oldest first. */
type Shares = ReadonlyMap<string, string[]>

/** What nobody leads goes to the one with the least of those that can lead it. */
function handOut(free: readonly string[], shares: Shares, canLead: CanLead): void {
  for (const name of free) {
    leastFirst(shares)
      .find(([replica]) => canLead(replica, name))?.[1]
      .push(name)
  }
}

/** The newest of whoever has the most goes to one that has less, and would still have less with it. */
function level(shares: Shares, canLead: CanLead): void {
  while (moveOne(leastFirst(shares), canLead)) continue
}

function moveOne(sorted: readonly (readonly [string, string[]])[], canLead: CanLead): boolean {
  for (const [, rich] of sorted.toReversed()) {
    for (const [poor, its] of sorted) {
      if (its.length + 1 >= rich.length) break
      const name = rich.findLast((one) => canLead(poor, one))
      if (name === undefined) continue
      rich.splice(rich.lastIndexOf(name), 1)
      its.push(name)
      return true
    }
  }
  return false
}

function leastFirst(shares: Shares): readonly (readonly [string, string[]])[] {
  return [...shares].toSorted(([a, its], [b, theirs]) => its.length - theirs.length || (a < b ? -1 : 1))
}
