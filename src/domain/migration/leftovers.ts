import { selects, type MigratingDeployment, type MigratingRollout, type Migration, type Remark } from './migration.ts'

/** What was only there for the way, once the Rollout serves alone. Services and Ingresses that may not be read say nothing. */
export function leftovers(
  { services = [], ingresses = [] }: Migration,
  rollout: MigratingRollout,
  deployment: MigratingDeployment | undefined,
): readonly Remark[] {
  const found: Remark[] = []
  for (const { name, selector } of services) {
    if (deployment === undefined || !selects(selector, deployment.labels) || selects(selector, rollout.labels)) continue
    found.push({
      says: `Service ${name} selects pods of Deployment ${deployment.name} alone, of which there are none`,
      advice: 'Let it select the pods of the Rollout, or take it out of Git.',
    })
  }
  // Those of the strategy are told apart by the controller itself; of the others one is enough.
  const ours = services.filter(({ selector }) => selects(selector, rollout.labels)).map(({ name }) => name)
  const others = ours.filter((name) => !rollout.services.includes(name))
  if (others.length > 1) found.push(several('Services', others))
  const led = ingresses.filter((ingress) => ingress.services.some((service) => ours.includes(service))).map(({ name }) => name)
  if (led.length > 1) found.push(several('Ingresses', led))
  return found
}

const NAMED = 10

function several(kind: string, names: readonly string[]): Remark {
  return {
    says: `${kind} ${names.slice(0, NAMED).join(', ')} lead to the pods of the Rollout: one of them may have been there for the way alone`,
    advice: 'If one was, take it out of Git.',
  }
}
