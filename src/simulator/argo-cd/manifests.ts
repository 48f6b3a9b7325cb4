import { parseAllDocuments } from 'yaml'
import { normalised } from '../argo-rollouts/template-hash.ts'
import { isObject, sameJson } from '../json.ts'
import type { KubeObject } from '../kubernetes/object.ts'
import { RESOURCES, apiVersionOf } from '../kubernetes/resources.ts'
import type { ObjectStore } from '../kubernetes/store.ts'
import type { Application, ResourceRef } from './types.ts'

/** A manifest of a folder in Git, put into the Application's namespace. */
export type Manifest = KubeObject

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Reads the manifests of a folder as a directory Application does: every YAML or JSON document of a kind that the
 * cluster
 * serves, templates before the Rollouts that name them. Throws what Argo CD would call a ComparisonError.
 */
export function readManifests(app: Application, files: ReadonlyMap<string, string>): Manifest[] {
  const manifests = [...files].filter(([path]) => /\.(?:ya?ml|json)$/.test(path)).flatMap(([path, text]) => readDocuments(path, text))
  const served = manifests.filter((object) =>
    RESOURCES.some((type) => type.kind === object['kind'] && apiVersionOf(type) === object['apiVersion']),
  )
  return served
    .map((object) => object as KubeObject)
    .map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: object.metadata.namespace ?? app.spec.destination.namespace },
    }))
    .sort((a, b) => Number(a.kind === 'Rollout') - Number(b.kind === 'Rollout'))
}

function readDocuments(path: string, text: string): Record<string, unknown>[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw new Error(`failed to unmarshal manifest ${path}: ${document.errors[0].message}`)
    const value: unknown = document.toJS()
    return isObject(value) ? [value] : []
  })
}

/** Names a manifest as Application.status.resources does. */
export function refOf(manifest: Manifest): ResourceRef {
  const [version = '', group = ''] = manifest.apiVersion.split('/').toReversed()
  return { group, version, kind: manifest.kind, namespace: manifest.metadata.namespace, name: manifest.metadata.name }
}

/** The live object of a manifest. */
export function liveOf(store: ObjectStore, manifest: Manifest): KubeObject | undefined {
  const plural = RESOURCES.find((type) => type.kind === manifest.kind)?.plural ?? ''
  return store.get({ plural, namespace: manifest.metadata.namespace, name: manifest.metadata.name })
}

/** Whether the live object already says what Git says; status and defaults do not count. */
export function isInSync(store: ObjectStore, manifest: Manifest): boolean {
  const live = liveOf(store, manifest)
  return live !== undefined && sameJson(comparable(live), comparable(manifest))
}

/** Applies a manifest with its tracking id and says so in kubectl's words. Unchanged objects are not written. */
export function applyManifest(store: ObjectStore, app: Application, manifest: Manifest): string {
  const { group, kind, namespace, name } = refOf(manifest)
  const named = `${kind.toLowerCase()}${group && `.${group}`}/${name}`
  const live = liveOf(store, manifest)
  if (live !== undefined && isInSync(store, manifest)) return `${named} unchanged`
  const trackingId = `${app.metadata.name}:${group}/${kind}:${namespace}/${name}`
  const annotations = { ...manifest.metadata.annotations, 'argocd.argoproj.io/tracking-id': trackingId }
  const applied = { ...manifest, metadata: { ...manifest.metadata, annotations } }
  const lastApplied = `${JSON.stringify(applied)}\n`
  const metadata = {
    ...live?.metadata,
    ...applied.metadata,
    annotations: { ...live?.metadata.annotations, ...annotations, [LAST_APPLIED]: lastApplied },
  }
  store.apply({ ...applied, metadata }, 'main')
  return `${named} ${live === undefined ? 'created' : 'configured'}`
}

/** Container images of the manifests, as the sync result and the summary list them. */
export function imagesOf(manifest: Manifest): string[] {
  const spec = manifest.spec as { template?: { spec?: { containers?: { image: string }[] } } } | undefined
  return (spec?.template?.spec?.containers ?? []).map((container) => container.image)
}

function comparable(object: KubeObject): unknown {
  const { metadata: _, status: __, ...rest } = object
  return normalised(rest)
}
