import type { Generated } from './generate.ts'
import { createRandom, seedOf, type Random } from './random.ts'
import type { AppSetup, Script, Step } from './script.ts'

const HUB = 'hub'
const WORKLOAD = ['prod', 'second', 'third']

/**
 * The same history where Argo CD is in a hub without Rollouts, whose account may read Applications alone, and deploys to three clusters.
 * Two of them may have a Rollout of the same namespace and name, and one, the hub included, cannot be asked for a while.
 */
export function inFleet({ script, kinds }: Generated): Generated {
  const random = createRandom(seedOf('fleet', script.seed))
  const apps = withNamesakes(random, script.setup.apps)
  const away: Step[] = random.chance(0.6)
    ? [
        {
          kind: 'away',
          at: random.between(55_000, script.endsAt - 90_000),
          cluster: random.pick([HUB, ...WORKLOAD]),
          ms: random.between(5, 60) * 1_000,
        },
      ]
    : []
  const setup = { ...script.setup, clusters: [HUB, ...WORKLOAD], apps, hub: true as const }
  const steps = [...script.steps.map(movedToHub), ...away].toSorted((a, b) => a.at - b.at)
  const fleet: Script = { ...script, setup, steps, endsAt: script.endsAt + 60_000 }
  return { script: fleet, kinds: [...kinds, 'three clusters and a hub', ...(away.length > 0 ? ['a cluster is away'] : [])] }
}

/** Each folder may be deployed to one more cluster, under the same namespace and name. */
function withNamesakes(random: Random, apps: readonly AppSetup[]): readonly AppSetup[] {
  const namesakes = apps.flatMap((app): AppSetup[] => {
    if (app.sharedWith !== undefined || !random.chance(0.4)) return []
    const cluster = random.pick(WORKLOAD.filter((name) => name !== app.cluster))
    return [{ ...app, name: `${app.name}-there`, namespace: app.name, sharedWith: app.name, cluster }]
  })
  return [...apps, ...namesakes]
}

/** What is heard of Applications is heard of the hub. */
function movedToHub(step: Step): Step {
  const isOfHub = (step.kind === 'hush' || step.kind === 'lose') && step.kinds.every((kind) => kind === 'Application')
  return isOfHub ? { ...step, cluster: HUB } : step
}
