import { readFileSync } from 'node:fs'
import type { WatchedKind } from '../../src/adapters/kubernetes/tables.ts'

/** Bytes of one object as an API server sends it, managedFields included. Rollouts: what was measured on live ones. */
const SIZES: Readonly<Record<WatchedKind, number>> = {
  Rollout: 10_240,
  Application: 10_240,
  ReplicaSet: 4_096,
  AnalysisRun: 4_096,
  Experiment: 4_096,
}

const SCENARIO = new URL('../../test/recordings/routed-canary-failed/events.jsonl', import.meta.url)

/** Writes the object with this number, as JSON. Everything that differs between real objects differs here. */
export type ObjectWriter = (index: number, resourceVersion: string) => string

/** Makes objects of a kind after a recorded one. */
export function createObjectWriter(kind: WatchedKind): ObjectWriter {
  const object = recorded(kind === 'Experiment' ? 'AnalysisRun' : kind)
  const metadata = object['metadata'] as Record<string, unknown>
  Object.assign(object, { kind })
  Object.assign(metadata, { name: '@name@', namespace: '@namespace@', uid: '@uid@', resourceVersion: '@version@' })
  if (metadata['ownerReferences'] !== undefined)
    metadata['ownerReferences'] = [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: '@owner@', controller: true }]
  if (kind === 'Application') lengthenHistory(object)
  metadata['managedFields'] = managedFields(SIZES[kind] - JSON.stringify(object).length - 600)
  const pieces = JSON.stringify(object).split(/@(\w+)@/)
  return (index, resourceVersion) => {
    const values: Record<string, string> = {
      name: `${kind.toLowerCase()}-${index}`,
      namespace: `team-${index % 100}`,
      uid: uidOf(kind, index),
      owner: uidOf('Rollout', index % 10_000),
      version: resourceVersion,
      sha: (index * 7_919).toString(16).padStart(40, '0'),
    }
    return pieces.map((piece, place) => (place % 2 === 0 ? piece : (values[piece] ?? ''))).join('')
  }
}

function recorded(kind: string): Record<string, unknown> {
  const lines = readFileSync(SCENARIO, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { object: Record<string, unknown> })
  return structuredClone(lines.findLast(({ object }) => object['kind'] === kind)?.object ?? {})
}

function uidOf(kind: string, index: number): string {
  const digits = index.toString(16).padStart(12, '0')
  return `${kind.length.toString(16).padStart(8, '0')}-0000-4000-8000-${digits}`
}

// Ten entries are Argo CD's default, and every Application has its own revisions.
function lengthenHistory(application: Record<string, unknown>): void {
  const status = application['status'] as Record<string, unknown>
  const { source } = application['spec'] as { source: object }
  const entry = (id: number): object => ({
    id,
    revision: '@sha@',
    deployStartedAt: '2026-01-01T00:00:00Z',
    deployedAt: '2026-01-01T00:00:09Z',
    source: { ...source, path: '@name@' },
  })
  status['history'] = Array.from({ length: 10 }, (_, id) => entry(id))
  status['resources'] = [
    { group: 'argoproj.io', kind: 'Rollout', namespace: '@namespace@', name: 'web', version: 'v1alpha1', status: 'Synced' },
  ]
}

function managedFields(bytes: number): object[] {
  const keys: Record<string, object> = {}
  const managers = [
    {
      manager: 'argocd-controller',
      operation: 'Apply',
      apiVersion: 'argoproj.io/v1alpha1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': keys },
    },
  ]
  for (let index = 0; JSON.stringify(managers).length < bytes; index += 1)
    keys[`f:field${index}`] = { '.': {}, 'f:containers': {}, [`k:{"name":"c${index}"}`]: { '.': {}, 'f:image': {} } }
  return managers
}
