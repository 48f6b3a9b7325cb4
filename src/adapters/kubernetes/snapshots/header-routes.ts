import { fields, items, text, type Fields, type Intern } from './fields.ts'

/** Names of routes are those of a router's resources; more than these nobody reads. */
const ROUTES = 20
const NAME = 60

/**
 * The routes by header that the router has been told of at each step of a canary, by name: a step with a match makes one, the same without
 * takes it away. So does a step that leaves the canary no pod, which takes all of them away for good: the controller makes a route at its
 * own step only. Undefined where no step makes one. What a canary loses whose pods fail is not to be seen here.
 * Source: argo-rollouts `rollout/trafficrouting.go` reconcileTrafficRouting; `pkg/apis/rollouts/v1alpha1/types.go` SetHeaderRoute.
 */
export function headerRoutes(canary: Fields, intern: Intern): readonly (readonly string[])[] | undefined {
  if (items(fields(canary['trafficRouting'])['managedRoutes']).length === 0) return undefined
  let active: readonly string[] = []
  let scale: Scale = { weight: 0, fixed: undefined }
  let hasAny = false
  const routes = items(canary['steps']).map((item) => {
    const step = fields(item)
    scale = scaleAt(step, scale)
    if ((scale.fixed ?? scale.weight) === 0) return (active = NONE)
    const route = fields(step['setHeaderRoute'])
    const name = text(route['name'], NAME)
    if (name === undefined) return active
    const others = active.filter((other) => other !== name)
    active = Array.isArray(route['match']) ? [...others, intern(name)].slice(-ROUTES) : others
    hasAny ||= active.length > 0
    return active
  })
  return hasAny ? routes : undefined
}

const NONE: readonly string[] = []

/** How many pods a canary has: those of a `setCanaryScale`, or as many as its weight asks for. Only whether it is 0 counts. */
interface Scale {
  weight: number
  fixed: number | undefined
}

function scaleAt(step: Fields, before: Scale): Scale {
  const weight = step['setWeight']
  if (typeof weight === 'number') return { ...before, weight }
  const scale = fields(step['setCanaryScale'])
  if (scale['matchTrafficWeight'] === true) return { ...before, fixed: undefined }
  const fixed = scale['replicas'] ?? scale['weight']
  return typeof fixed === 'number' ? { ...before, fixed } : before
}
