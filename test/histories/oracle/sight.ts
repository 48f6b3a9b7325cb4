import type { Kedge } from '../kedge.ts'
import type { World } from '../world/world.ts'
import { PATIENCE_MS } from './required.ts'

/** A time in which Kedge could see, epoch milliseconds. */
export interface Span {
  from: number
  until: number
}

/** No verdict can be had before all is listed. */
const WAKING_MS = 2_000
/** Whatever was owed is done once a cluster, and the hub, have been there again for so long, milliseconds. */
const BACK_MS = 180_000

/** What the configuration calls a cluster now, or called it when Kedge last ran; undefined where it does not have it. */
export function nameOf(kedge: Pick<Kedge, 'ran'>, cluster: string): string | undefined {
  return kedge.ran.at(-1)?.names.get(cluster)
}

/** The same at a time (epoch ms). */
export function nameAt(kedge: Pick<Kedge, 'ran'>, cluster: string, at: number): string | undefined {
  return kedge.ran.findLast(({ from }) => from <= at)?.names.get(cluster)
}

/**
 * How long at a time Kedge could look at a cluster: it ran, had it in its configuration, and both it and the hub could be asked. Without
 * what had failed when it first saw a cluster of that name: that is listed and not acted on.
 */
function sightsOf(world: World, kedge: Pick<Kedge, 'ran'>, cluster: string, failedAt: number): readonly Span[] {
  const aways = awaysOf(world, cluster)
  const firstOf = new Map<string, number>()
  return kedge.ran.flatMap(({ from, until = world.clock.now(), names }) => {
    const name = names.get(cluster)
    const spans = name === undefined ? [] : without({ from, until }, aways)
    const first = firstOf.get(name ?? '') ?? spans.find((span) => span.until - span.from >= WAKING_MS)?.from
    if (name === undefined || first === undefined) return []
    firstOf.set(name, first)
    return failedAt < first + WAKING_MS ? [] : spans
  })
}

/** Of the cluster, and of the hub. */
function awaysOf({ clusters, setup }: World, cluster: string): readonly Span[] {
  return clusters.filter(({ name }) => name === cluster || name === setup.clusters[0]).flatMap(({ aways }) => aways)
}

function without(whole: Span, gaps: readonly Span[]): readonly Span[] {
  let left: readonly Span[] = [whole]
  for (const gap of gaps)
    left = left.flatMap(({ from, until }) =>
      gap.until <= from || gap.from >= until
        ? [{ from, until }]
        : [
            { from, until: gap.from },
            { from: gap.until, until },
          ],
    )
  return left.filter(({ from, until }) => until > from)
}

/** What fails while its cluster or the hub is away, or soon before or after, may be told late. Another cluster's absence is no excuse. */
function isNearAway(world: World, cluster: string, { from, until }: Span): boolean {
  return awaysOf(world, cluster).some((away) => away.from - PATIENCE_MS < until && from - PATIENCE_MS < away.until)
}

/** How long Kedge must have had to tell of a failure, milliseconds. */
const TELL_MS = 15_000

/** By when (epoch ms) people must have been told of what failed from then until then; undefined where they need not. */
export function toldBy(world: World, kedge: Pick<Kedge, 'ran'>, cluster: string, failed: Span): number | undefined {
  const sights = sightsOf(world, kedge, cluster, failed.from)
  const tellMs = isNearAway(world, cluster, failed) ? BACK_MS : TELL_MS
  return firstOf(sights, failed, tellMs)
}

/**
 * By when (epoch ms) what failed from then until then must have its PR: when people's patience ends, where Kedge could see all of it, else
 * once it has seen for long enough after its cluster, the hub or Kedge itself was back. Undefined where it need not.
 */
export function dueBy(world: World, kedge: Pick<Kedge, 'ran'>, cluster: string, failed: Span): number | undefined {
  const sights = sightsOf(world, kedge, cluster, failed.from)
  const end = failed.from + PATIENCE_MS
  const isSeen = !isNearAway(world, cluster, failed) && sights.some(({ from, until }) => from <= failed.from && until >= end)
  return isSeen ? end : firstOf(sights, failed, BACK_MS)
}

/** When the first sight of it has lasted for so long. */
function firstOf(sights: readonly Span[], failed: Span, ms: number): number | undefined {
  const since = sights.map(({ from, until }) => ({ from: Math.max(from, failed.from), until: Math.min(until, failed.until) }))
  const first = since.find(({ from, until }) => until - from >= ms)
  return first && first.from + ms
}
