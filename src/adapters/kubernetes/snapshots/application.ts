import { LONGEST_GENERATE_PATHS } from '../../../domain/application/inputs.ts'
import type { ApplicationSnapshot, HistoryEntry, OperationSnapshot } from '../../../domain/application/snapshots.ts'
import { experimentName } from '../../../domain/experiment/name.ts'
import type { SyncStarter } from '../../../domain/people.ts'
import {
  asItIs,
  CAPS,
  entries,
  type Fields,
  fields,
  identify,
  type Intern,
  isObject,
  items,
  said,
  sharedText,
  text,
  texts,
  time,
  whole,
} from './fields.ts'
import { createSourceReader, readHydrator, type SourceReader } from './source.ts'

const HISTORY = 30
const RESOURCES = 10_000
const IMAGE_UPDATER = 'argocd-image-updater.argoproj.io/'

/**
 * The fields of an `argoproj.io/v1alpha1` Application; undefined for anything without an identity. Never throws.
 * Field meanings: Argo CD `pkg/apis/application/v1alpha1/types.go`.
 */
export function readApplication(cluster: string, object: unknown, intern: Intern = asItIs): ApplicationSnapshot | undefined {
  const identity = identify(object, 'Application', intern)
  if (identity === undefined) return undefined
  const { metadata, annotations } = identity
  const spec = fields(fields(object)['spec'])
  const status = fields(fields(object)['status'])
  const destination = fields(spec['destination'])
  const sync = fields(status['sync'])
  const sources = createSourceReader(intern)
  const hydrator = readHydrator(spec['sourceHydrator'], intern)
  return {
    cluster,
    namespace: identity.namespace,
    name: identity.name,
    uid: identity.uid,
    resourceVersion: identity.resourceVersion,
    project: intern(text(spec['project'], CAPS.name) ?? 'default'),
    deleting: metadata['deletionTimestamp'] !== undefined && metadata['deletionTimestamp'] !== null,
    destinationServer: sharedText(destination['server'], CAPS.url, intern),
    destinationName: sharedText(destination['name'], CAPS.name, intern),
    destinationNamespace: sharedText(destination['namespace'], CAPS.name, intern),
    sources: sources.read(hydrator ? { source: fields(spec['sourceHydrator'])['drySource'] } : spec),
    sourceTypes: sourceTypesOf(status, intern),
    multiSource: !hydrator && items(spec['sources']).length > 0,
    hydrator,
    ...dryRevisionOf(status),
    // One character more tells that it was cut.
    manifestGeneratePaths: sharedText(annotations['argocd.argoproj.io/manifest-generate-paths'], LONGEST_GENERATE_PATHS + 1, intern),
    settings: entries(annotations, 'kedge.dev/', intern),
    labels: entries(identity.labels, '', intern),
    imageUpdater: Object.keys(annotations).some((key) => key.startsWith(IMAGE_UPDATER)),
    applicationSet: applicationSetOf(metadata),
    autoSync: isAutomated(spec),
    syncStatus: intern(text(sync['status'], CAPS.name) ?? ''),
    health: intern(text(fields(status['health'])['status'], CAPS.name) ?? ''),
    comparedRevisions: revisionsOf(sync, intern),
    comparedAt: time(status['reconciledAt']),
    operation: readOperation(status['operationState'], sources, intern),
    history: readHistory(status['history'], sources, intern),
    rollouts: rolloutsIn(status['resources'], () => true),
    driftedRollouts: rolloutsIn(status['resources'], isDrifted),
    ...experimentsOf(status),
    workloads: workloadsIn(status['resources'], () => true),
    driftedWorkloads: workloadsIn(status['resources'], isDrifted),
    conditions: readConditions(status['conditions'], intern),
  }
}

function dryRevisionOf(status: Fields): Pick<ApplicationSnapshot, 'dryRevision'> {
  const { lastSuccessfulOperation } = fields(status['sourceHydrator'])
  const dryRevision = text(fields(lastSuccessfulOperation)['drySHA'], CAPS.short)
  return dryRevision === undefined ? {} : { dryRevision }
}

function sourceTypesOf(status: Fields, intern: Intern): readonly string[] {
  const many = texts(status['sourceTypes'], CAPS.name, intern)
  return many.length > 0 ? many : texts([status['sourceType']], CAPS.name, intern)
}

function applicationSetOf(metadata: Fields): string | undefined {
  const owner = items(metadata['ownerReferences'], CAPS.entries).find((reference) => fields(reference)['kind'] === 'ApplicationSet')
  return text(fields(owner)['name'], CAPS.name)
}

// `automated: {}` means on; `enabled: false` (3.1) turns it off without losing the other settings.
function isAutomated(spec: Fields): boolean {
  const automated = fields(spec['syncPolicy'])['automated']
  return isObject(automated) && fields(automated)['enabled'] !== false
}

/** `revisions` of a multi-source Application, else the one `revision`; empty while unknown. */
function revisionsOf(holder: Fields, intern: Intern): readonly string[] {
  const many = texts(holder['revisions'], CAPS.short, intern)
  return many.length > 0 ? many : texts([holder['revision']], CAPS.short, intern)
}

function readOperation(value: unknown, sources: SourceReader, intern: Intern): OperationSnapshot | undefined {
  if (!isObject(value)) return undefined
  const state = fields(value)
  const operation = fields(state['operation'])
  // Null during a retry (Argo CD `controller/appcontroller.go` 1634-1638).
  const result = fields(state['syncResult'])
  // A dry run has a result like any other, and has applied nothing (`pkg/apis/application/v1alpha1/types.go` SyncOperation).
  const isDryRun = fields(operation['sync'])['dryRun'] === true
  // `argocd app sync --local` brings manifests of its own, and names the commit of the branch all the same (`server/application`).
  const isLocal = items(fields(operation['sync'])['manifests']).length > 0
  const isOfNoCommit = isDryRun || isLocal
  return {
    phase: intern(text(state['phase'], CAPS.name) ?? ''),
    message: said(state['message'], intern),
    startedAt: time(state['startedAt']),
    finishedAt: time(state['finishedAt']),
    revisions: isOfNoCommit ? [] : revisionsOf(result, intern),
    requested: isOfNoCommit ? [] : revisionsOf(fields(operation['sync']), intern),
    sources: sources.read(result),
    partial: items(fields(operation['sync'])['resources']).length > 0,
    rolloutsApplied: isDryRun ? [] : [...rolloutsIn(result['resources'], isSynced), ...experimentsIn(result['resources'], isSynced)],
    ...(isLocal && !isDryRun && LOCAL),
    ...starterOf(operation['initiatedBy'], intern),
  }
}

const LOCAL = { local: true } as const

function readHistory(value: unknown, sources: SourceReader, intern: Intern): readonly HistoryEntry[] {
  if (!Array.isArray(value)) return []
  return value.slice(-HISTORY).map((item): HistoryEntry => {
    const entry = fields(item)
    return {
      id: whole(entry['id']) ?? 0,
      revisions: revisionsOf(entry, intern),
      sources: sources.read(entry),
      deployStartedAt: time(entry['deployStartedAt']),
      deployedAt: time(entry['deployedAt']) ?? 0,
      ...starterOf(entry['initiatedBy'], intern),
    }
  })
}

const AUTOMATED: { startedBy: SyncStarter } = { startedBy: { automated: true } }

/** Who started an operation (`pkg/apis/application/v1alpha1/types.go` OperationInitiator): empty fields are left out. */
function starterOf(value: unknown, intern: Intern): { startedBy?: SyncStarter } {
  const initiator = fields(value)
  if (initiator['automated'] === true) return AUTOMATED
  const username = sharedText(initiator['username'], CAPS.name, intern)
  return username ? { startedBy: { automated: false, username } } : {}
}

/** `namespace/name` of the Rollouts in a list of resources. */
function rolloutsIn(value: unknown, counts: (resource: Fields) => boolean): readonly string[] {
  return namesIn(value, (resource) => isRollout(resource) && counts(resource))
}

function isSynced(resource: Fields): boolean {
  return resource['status'] === 'Synced'
}

/** Most Applications have none. */
function experimentsOf(status: Fields): Pick<ApplicationSnapshot, 'experiments'> {
  const experiments = experimentsIn(status['resources'], () => true)
  return experiments.length === 0 ? {} : { experiments }
}

/** `namespace/name` of the Experiments in a list of resources, as {@link experimentName} calls them. */
function experimentsIn(value: unknown, counts: (resource: Fields) => boolean): readonly string[] {
  const isMeant = (resource: Fields): boolean => resource['kind'] === 'Experiment' && resource['group'] === 'argoproj.io'
  return namesIn(value, (resource) => isMeant(resource) && counts(resource)).map((listed) => {
    const [namespace = '', name = ''] = listed.split('/')
    return `${namespace}/${experimentName(name)}`
  })
}

/** The kinds that a `workloadRef` may name. Source: argo-rollouts `rollout/templateref.go`. */
const WORKLOADS = ['Deployment', 'ReplicaSet', 'PodTemplate'] as const

/** Most Applications hold no Rollout: their Deployments are nothing to Kedge. */
function workloadsIn(value: unknown, counts: (resource: Fields) => boolean): readonly string[] {
  if (!items(value, RESOURCES).some((item) => isRollout(fields(item)))) return []
  return WORKLOADS.flatMap((kind) =>
    namesIn(value, (resource) => resource['kind'] === kind && counts(resource)).map((name) => `${kind}/${name}`),
  )
}

function isDrifted(resource: Fields): boolean {
  return resource['status'] === 'OutOfSync'
}

function isRollout(resource: Fields): boolean {
  return resource['kind'] === 'Rollout' && resource['group'] === 'argoproj.io'
}

function namesIn(value: unknown, counts: (resource: Fields) => boolean): readonly string[] {
  const found: string[] = []
  for (const item of items(value, RESOURCES)) {
    const resource = fields(item)
    if (!counts(resource)) continue
    const namespace = text(resource['namespace'], CAPS.name)
    const name = text(resource['name'], CAPS.name)
    if (namespace !== undefined && name !== undefined) found.push(`${namespace}/${name}`)
  }
  return found
}

function readConditions(value: unknown, intern: Intern): ApplicationSnapshot['conditions'] {
  return items(value, CAPS.entries).map((item) => {
    const condition = fields(item)
    return { type: intern(text(condition['type'], CAPS.name) ?? ''), message: said(condition['message'], intern) ?? '' }
  })
}
