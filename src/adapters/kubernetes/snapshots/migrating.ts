import type { Labels, MigratingDeployment, MigratingRollout } from '../../../domain/migration/migration.ts'
import type { RolloutSnapshot } from '../../../domain/rollout/snapshots.ts'
import { CAPS, fields, isObject, items, number, text, type Fields } from './fields.ts'

/** The fields of a Rollout that say how far it has taken a Deployment's place. Never throws. */
export function readMigratingRollout({ metadata, spec, status }: Fields, deployments: readonly MigratingDeployment[]): MigratingRollout {
  const [wanted, is, reference] = [fields(spec), fields(status), fields(fields(spec)['workloadRef'])]
  const strategy = fields(wanted['strategy'])
  const { canary, blueGreen } = { canary: fields(strategy['canary']), blueGreen: fields(strategy['blueGreen']) }
  const refersTo =
    reference['kind'] === 'Deployment'
      ? { name: text(reference['name'], CAPS.name) ?? '', scaleDown: text(reference['scaleDown'], CAPS.name) || 'never' }
      : undefined
  const told = deployments.find(({ name }) => name === refersTo?.name)
  const isSeen = is['observedGeneration'] === String(fields(metadata)['generation'])
  return {
    isHealthy: isSeen && is['phase'] === 'Healthy' && is['stableRS'] === is['currentPodHash'],
    message: isSeen ? text(is['message'], CAPS.short) : undefined,
    available: number(is['availableReplicas'], 0),
    selector: refersTo ? told?.selector : selectorOf(wanted['selector']),
    labels: refersTo ? (told?.labels ?? {}) : podLabels(wanted),
    refersTo,
    services: [canary['stableService'], canary['canaryService'], blueGreen['activeService'], blueGreen['previewService']].flatMap(
      (service) => text(service, CAPS.name) ?? [],
    ),
  }
}

/** The fields of a Deployment that say the same. Never throws. */
export function readMigratingDeployment({ metadata, spec, status }: Fields): MigratingDeployment {
  return {
    name: nameOf(metadata),
    wanted: number(fields(spec)['replicas'], 1),
    available: number(fields(status)['availableReplicas'], 0),
    selector: selectorOf(fields(spec)['selector']),
    labels: podLabels(fields(spec)),
  }
}

/** What a Rollout with a template of its own selects its pods by, and what they carry; undefined for any other. Never throws. */
export function readOwnPods(object: unknown): RolloutSnapshot['pods'] {
  const spec = fields(fields(object)['spec'])
  return isObject(spec['template']) ? { selector: selectorOf(spec['selector']), labels: podLabels(spec) } : undefined
}

/** The name in an object's metadata; empty without one. */
export function nameOf(metadata: unknown): string {
  return text(fields(metadata)['name'], CAPS.name) ?? ''
}

const podLabels = (spec: Fields): Labels => labelsOf(fields(fields(spec['template'])['metadata'])['labels'])

/** Undefined where it says more than plain labels, or more of them than are read: what is left out would make it match more. */
function selectorOf(selector: unknown): Labels | undefined {
  const { matchLabels, matchExpressions } = fields(selector)
  const labels = labelsOf(matchLabels)
  const count = Object.keys(labels).length
  return items(matchExpressions).length > 0 || count === 0 || count < Object.keys(fields(matchLabels)).length ? undefined : labels
}

/** Longest name and value that an API server takes for a label. */
const LABEL = { name: 317, value: 63 } as const

/** What of a value are labels, at most 64. */
export function labelsOf(value: unknown): Labels {
  const found = Object.entries(fields(value)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[0].length <= LABEL.name && pair[1].length <= LABEL.value,
  )
  return Object.fromEntries(found.slice(0, CAPS.entries))
}
