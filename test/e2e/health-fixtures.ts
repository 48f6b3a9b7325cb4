import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { until } from '../until.ts'
import { HEALTH_KINDS, LUA, PLURALS, type HealthKind } from './argocd-health.ts'
import type { KubeObject } from './control-plane/api.ts'
import type { Files } from './manifests.ts'
import type { Play } from './play.ts'

/** A case of lua-health as an object of the cluster: its spec as far as the CRD admits it, its status whatever it is. */
export interface Fixture {
  kind: HealthKind
  manifest: KubeObject
  status: unknown
}

/** Its status has a field that the CRD of today hides from who asks, and that stays with those who watched before: it is two objects. */
const HALF_HIDDEN = 'testdata/legacy/healthy_canary_v0.7.yaml'
const LABELS = { app: 'fixture' }
const TEMPLATE = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image: 'registry.example/web:v1' }] } }
/** For a case whose spec the CRD refuses. */
const PLAIN: Readonly<Record<HealthKind, object>> = {
  Rollout: { replicas: 4, selector: { matchLabels: LABELS }, template: TEMPLATE, strategy: { canary: {} } },
  AnalysisRun: {
    metrics: [{ name: 'success-rate', successCondition: 'result >= 0.95', provider: { web: { url: 'http://127.0.0.1:9/' } } }],
  },
  Experiment: { templates: [{ name: 'canary', selector: { matchLabels: LABELS }, template: TEMPLATE }] },
}

/**
 * Makes every case of lua-health, the hostile ones among them, in the scenario's namespace. No controller looks at them, Kedge tells nobody
 * about them, and Argo CD takes them for its Application's: so many, applied by Argo CD itself, would take a minute.
 */
export async function makeFixtures({ name: namespace, stage }: Play): Promise<readonly Fixture[]> {
  await stage.belongings.put('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const made = readCases().map(async ({ kind, name, object }): Promise<Fixture> => {
    const annotations = {
      'kedge.dev/mode': 'observe',
      'argocd.argoproj.io/tracking-id': `${namespace}:argoproj.io/${kind}:${namespace}/${name}`,
    }
    const metadata = { name, namespace, labels: { 'argo-rollouts.argoproj.io/controller-instance-id': 'nobody' }, annotations }
    const plain: KubeObject = { apiVersion: 'argoproj.io/v1alpha1', kind, metadata, spec: PLAIN[kind] }
    const own: KubeObject = { ...plain, spec: object.spec }
    const collection = collectionOf(kind, namespace)
    const manifest = await stage.api.apply(collection, own).then(
      () => own,
      () => plain,
    )
    if (manifest === plain) await stage.api.apply(collection, plain)
    return { kind, manifest, status: object.status }
  })
  return Promise.all(made)
}

function readCases(): readonly { kind: HealthKind; name: string; object: { spec?: unknown; status?: unknown } }[] {
  return HEALTH_KINDS.flatMap((kind) => {
    const folder = new URL(`${kind}/`, LUA)
    const { tests } = parse(readFileSync(new URL('health_test.yaml', folder), 'utf8')) as { tests: { inputPath: string }[] }
    const possible = tests.filter(({ inputPath }) => inputPath !== HALF_HIDDEN)
    return possible.map(({ inputPath }) => ({
      kind,
      name: inputPath
        .replace(/^testdata\/(.*)\.yaml$/, '$1')
        .replaceAll(/[^A-Za-z0-9]+/g, '-')
        .toLowerCase(),
      object: parse(readFileSync(new URL(inputPath, folder), 'utf8')) as { spec?: unknown; status?: unknown },
    }))
  })
}

export function fixtureFiles(fixtures: readonly Fixture[]): Files {
  return { 'fixtures.yaml': fixtures.map(({ manifest }) => `${JSON.stringify(manifest, undefined, 2)}\n`).join('---\n') }
}

interface CrdVersion {
  schema: { openAPIV3Schema: { properties: Record<string, unknown> } }
  subresources?: Record<string, unknown>
}
type Crd = KubeObject & { spec: { versions: CrdVersion[] } }

/**
 * Writes the statuses as they are, wrong types and all, while the CRDs take anything for a status, as those of old versions did. They
 * stay when the CRDs are strict again: an API server checks what is written, not what it has.
 */
export async function writeStatuses({ name: namespace, stage: { api } }: Play, fixtures: readonly Fixture[]): Promise<void> {
  const crds = (await Promise.all(HEALTH_KINDS.map((kind) => api.get(`${CRDS}/${PLURALS[kind]}.argoproj.io`)))) as Crd[]
  const setVersions = (change: (version: CrdVersion) => CrdVersion): Promise<unknown> =>
    Promise.all(crds.map(({ metadata, spec }) => api.patch(`${CRDS}/${metadata.name}`, { spec: { versions: spec.versions.map(change) } })))
  try {
    await setVersions(withAnyStatus)
    for (const { kind, manifest, status } of fixtures) {
      if (status === undefined) continue
      const path = `${collectionOf(kind, namespace)}/${manifest.metadata.name}${kind === 'Rollout' ? '/status' : ''}`
      // The API server takes a while to go by the new rules.
      await until(() => api.patch(path, { status }), { timeoutMs: 20_000, what: `${path} has its status` })
    }
  } finally {
    await setVersions((version) => version)
  }
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Of the subresources only the status is kept: `scale` would want the status to be an object. */
function withAnyStatus({ subresources, ...version }: CrdVersion): CrdVersion {
  const { openAPIV3Schema: rules } = version.schema
  const properties = { ...rules.properties, status: { 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    ...version,
    schema: { openAPIV3Schema: { ...rules, properties } },
    ...(subresources && { subresources: 'status' in subresources ? { status: {} } : {} }),
  }
}

const collectionOf = (kind: HealthKind, namespace: string): string => `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/${PLURALS[kind]}`
