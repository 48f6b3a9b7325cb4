import { type Fields, fields, type Intern, items, text } from './fields.ts'

/** A canary of more is no strip that a person reads; `stepCount` has the number of all. */
const STEPS = 50

/** What a step is, and the one thing of it that is worth a word, in the names of argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`. */
const SAYS: Readonly<Record<string, (step: unknown) => unknown>> = {
  setWeight: (weight) => weight,
  pause: (pause) => fields(pause)['duration'],
  setCanaryScale: (scale) => fields(scale)['weight'] ?? fields(scale)['replicas'],
  experiment: () => undefined,
  analysis: () => undefined,
  setHeaderRoute: (route) => fields(route)['name'],
  setMirrorRoute: (mirror) => fields(mirror)['percentage'],
  replicaProgressThreshold: (threshold) => fields(threshold)['value'],
  plugin: (plugin) => fields(plugin)['name'],
}

/** The steps of a canary as its own keys: `setWeight 20`, `pause 5m`, `analysis`. A step that is not known is `step`. */
export function readSteps(spec: Fields, intern: Intern): readonly string[] {
  const canary = fields(fields(spec['strategy'])['canary'])
  return items(canary['steps'], STEPS).map((step) => intern(labelOf(fields(step))))
}

function labelOf(step: Fields): string {
  const key = Object.keys(SAYS).find((name) => step[name] !== undefined && step[name] !== null)
  if (key === undefined) return 'step'
  const said = SAYS[key]?.(step[key])
  const word = typeof said === 'number' && Number.isFinite(said) ? String(said) : text(said, 60)
  return word === undefined ? key : `${key} ${word}`
}
