import type { Labels, MigratingDeployment, MigratingRollout } from '../../../domain/migration/migration.ts'
import { CAPS, fields, items, number, text, type Fields } from './fields.ts'

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

/** The name in an object's metadata; empty without one. */
export function nameOf(metadata: unknown): string {
  return text(fields(metadata)['name'], CAPS.name) ?? ''
}

const podLabels = (spec: Fields): Labels => labelsOf(fields(fields(spec['template'])['metadata'])['labels'])

/** Undefined where it says more than plain labels. */
function selectorOf(selector: unknown): Labels | undefined {
  const { matchLabels, matchExpressions } = fields(selector)
  const labels = labelsOf(matchLabels)
  return items(matchExpressions).length > 0 || Object.keys(labels).length === 0 ? undefined : labels
}

/** What of a value are labels. */
export function labelsOf(value: unknown): Labels {
  return Object.fromEntries(Object.entries(fields(value)).flatMap(([name, label]) => (typeof label === 'string' ? [[name, label]] : [])))
}
