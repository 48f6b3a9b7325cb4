import { createTelling, TAIL_MS, weighted, type Generated } from './generate.ts'
import { createRandom, seedOf, type Random } from './random.ts'
import type { AppSetup, Script, Setup, Step } from './script.ts'
import { OF_FLEETS } from './stories/of-fleets.ts'

const HUB = 'hub'
const WORKLOAD = ['prod', 'second', 'third']

/**
 * The same history where Argo CD is in a hub without Rollouts and deploys to three clusters, each with the account that the docs give it.
 * Two or three of them may have a Rollout of the same namespace and name, by one path or by an overlay each; one, the hub included, cannot
 * be asked for a while; and Kedge is started anew with one of them under another name, or without it.
 */
export function inFleet({ script, kinds }: Generated): Generated {
  const random = createRandom(seedOf('fleet', script.seed))
  const apps = withNamesakes(random, script.setup.apps)
  const setup: Setup = { ...script.setup, clusters: [HUB, ...WORKLOAD], apps, hub: true }
  const own = script.steps.map((step) => everywhere(random, apps, movedToHub(step)))
  const besides = [...awayAtAnyTime(random, script), ...calledOtherwise(random, script)]
  const told = storiesAfter(setup, script)
  const steps = [...own, ...besides, ...told.steps].toSorted((a, b) => a.at - b.at)
  const fleet: Script = { ...script, setup, steps, endsAt: told.endsAt }
  const found = new Set([...kinds, 'three clusters and a hub', ...told.kinds, ...besides.map(kindOf), ...kindsOf(setup)])
  return { script: fleet, kinds: [...found] }
}

/** By numbers of its own: what only a fleet can see happens after all else, and lasts until it is over. */
function storiesAfter(setup: Setup, { seed, endsAt }: Script): { steps: readonly Step[]; kinds: readonly string[]; endsAt: number } {
  const random = createRandom(seedOf('stories of fleets', seed))
  const [steps, kinds]: [Step[], string[]] = [[], []]
  let at = endsAt - TAIL_MS + 60_000
  for (let left = random.pick([0, 1, 1, 1, 2]); left > 0; left -= 1) {
    const { name, tell } = weighted(random, OF_FLEETS)
    const telling = createTelling({ random, setup, app: random.pick(setup.apps), steps, at })
    tell(telling)
    kinds.push(name)
    at = telling.now + random.between(5_000, 30_000)
  }
  return { steps, kinds, endsAt: at + TAIL_MS }
}

/** Each folder may be deployed to one more cluster or to both, under the same namespace and name. */
function withNamesakes(random: Random, apps: readonly AppSetup[]): readonly AppSetup[] {
  const namesakes = apps.flatMap((app): AppSetup[] => {
    if (app.sharedWith !== undefined || !random.chance(0.4)) return []
    const others = WORKLOAD.filter((name) => name !== app.cluster)
    const there = random.chance(0.5) ? others : [random.pick(others)]
    const hasOverlays = app.tool !== 'plain' && random.chance(0.5)
    return there.map((cluster) => ({
      ...app,
      name: `${app.name}-${cluster}`,
      namespace: app.name,
      sharedWith: app.name,
      cluster,
      ...(hasOverlays && { overlay: cluster }),
      ...(random.chance(0.3) && { faresWell: true as const }),
    }))
  })
  return [...apps, ...namesakes]
}

/** Where there are overlays, a release is mostly one commit to all of them. */
function everywhere(random: Random, apps: readonly AppSetup[], step: Step): Step {
  if (step.kind !== 'commit') return step
  const hasOverlays = apps.some(({ sharedWith, overlay }) => sharedWith === step.app && overlay !== undefined)
  return hasOverlays && random.chance(0.6) ? { ...step, everywhere: true } : step
}

/** What is heard of Applications is heard of the hub. */
function movedToHub(step: Step): Step {
  const isOfHub = (step.kind === 'hush' || step.kind === 'lose') && step.kinds.every((kind) => kind === 'Application')
  return isOfHub ? { ...step, cluster: HUB } : step
}

function awayAtAnyTime(random: Random, { endsAt }: Script): readonly Step[] {
  if (!random.chance(0.6)) return []
  const [at, ms] = [random.between(55_000, endsAt - TAIL_MS), random.between(5, 60) * 1_000]
  return [{ kind: 'away', at, cluster: random.pick([HUB, ...WORKLOAD]), ms }]
}

/** The hub, too, may get another name; without it nothing is left. Mostly it was not meant, and is put back. */
function calledOtherwise(random: Random, { endsAt }: Script): readonly Step[] {
  if (!random.chance(0.3)) return []
  const cluster = random.pick([HUB, ...WORKLOAD, ...WORKLOAD])
  const name = cluster === HUB || random.chance(0.5) ? `${cluster}-anew` : undefined
  const [at, ms] = [random.between(55_000, endsAt - TAIL_MS), random.between(500, 20_000)]
  const left: Step = { kind: 'reconfigure', at, cluster, ms, ...(name !== undefined && { name }) }
  const back: Step = { kind: 'reconfigure', at: at + ms + random.between(1_000, 120_000), cluster, name: cluster, ms }
  return random.chance(0.7) ? [left, back] : [left]
}

function kindOf(step: Step): string {
  if (step.kind === 'away') return 'a cluster is away'
  if (step.kind !== 'reconfigure') return step.kind
  return step.name === undefined ? 'a cluster is removed' : step.name === step.cluster ? 'a cluster is given back' : 'a cluster is renamed'
}

function kindsOf({ apps }: Setup): readonly string[] {
  const several = (count: number): boolean => apps.some(({ name }) => apps.filter(({ sharedWith }) => sharedWith === name).length >= count)
  return [
    ...(several(1) ? ['namesakes'] : []),
    ...(several(2) ? ['three namesakes'] : []),
    ...(apps.some(({ overlay }) => overlay !== undefined) ? ['an overlay for each cluster'] : []),
  ]
}
