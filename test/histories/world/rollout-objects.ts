import { analysisRun, ERRED, FAILED, stamp, type Owner, type Raw } from '../../simulation/objects.ts'
import type { Verdict } from './host.ts'
import { specOf } from './manifests.ts'
import type { Mode, RolloutState, SetState } from './rollout-state.ts'
import { statusOf } from './rollout-status.ts'
import type { WorldRollout } from './truth.ts'
import type { Kind } from './watches.ts'

/** What the API server adds to a pod template by default. */
function withDefaults(template: Raw): Raw {
  const spec = template['spec'] as Raw
  const containers = (spec['containers'] as Raw[]).map((container) => ({
    ...container,
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }))
  const defaults = { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler', securityContext: {} }
  return { ...template, spec: { ...spec, ...defaults, containers, terminationGracePeriodSeconds: 30 } }
}

/** The same template with another tag. */
export function withImage(template: Raw, tag: string): Raw {
  const spec = template['spec'] as Raw
  const [main] = spec['containers'] as Raw[]
  const image = String(main?.['image']).replace(/:[^:]*$/, `:${tag}`)
  return { ...template, spec: { ...spec, containers: [{ ...main, image }] } }
}

/** What a webhook of the cluster puts into every pod template on its way in. */
const PROXY = { name: 'proxy', image: 'registry.example/proxy:v3.4.0', resources: {} }

function admitted(template: Raw, isRewritten: boolean): Raw {
  if (!isRewritten) return withDefaults(template)
  const spec = template['spec'] as Raw
  return withDefaults({ ...template, spec: { ...spec, containers: [...(spec['containers'] as Raw[]), PROXY] } })
}

/** A ReplicaSet as Argo Rollouts makes it, with its whole template. */
export function replicaSetOf(owner: Owner, hash: string, state: SetState): Raw {
  const template = admitted(state.template, state.isRewritten)
  const metadata = template['metadata'] as Raw
  const labels = { ...(metadata['labels'] as Raw), 'rollouts-pod-template-hash': hash }
  const { replicas } = state
  const available = state.isDown ? 0 : replicas
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${owner.name}-${hash}`,
      namespace: owner.namespace,
      uid: `${owner.uid}-${hash}`,
      creationTimestamp: stamp(state.createdAt),
      labels: { app: owner.name, 'rollouts-pod-template-hash': hash },
      annotations: {
        'rollout.argoproj.io/revision': String(state.revision),
        ...(state.former.length > 0 && { 'rollout.argoproj.io/revision-history': state.former.join(',') }),
      },
      ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: owner.name, uid: owner.uid, controller: true }],
    },
    spec: { replicas, template: { ...template, metadata: { ...metadata, labels } } },
    status: { replicas, ...(available > 0 && { readyReplicas: available, availableReplicas: available }) },
  }
}

/** All that there is of a Rollout, or what is of one kind; the Rollout itself is the last. */
export function objectsOf(
  state: RolloutState,
  { sets, runs, kind }: { sets: ReadonlyMap<string, SetState>; runs: readonly Raw[]; kind: Kind | undefined },
): readonly Raw[] {
  const isAsked = (one: Kind): boolean => kind === undefined || kind === one
  const replicaSets = isAsked('ReplicaSet') ? [...sets].map(([hash, set]) => replicaSetOf(state.owner, hash, set)) : []
  const own = isAsked('Rollout') && state.generation > 0 ? [rolloutOf(state)] : []
  return [...replicaSets, ...(isAsked('AnalysisRun') ? runs : []), ...own]
}

/** What Argo CD makes of it. */
export function healthOf(mode: Mode): WorldRollout['health'] {
  const all = { none: 'Missing', healthy: 'Healthy', aborted: 'Degraded', stuck: 'Degraded', paused: 'Suspended' } as const
  return mode in all ? all[mode as keyof typeof all] : 'Progressing'
}

/** An AnalysisRun that has come to its end. */
export function runOf(
  { owner, current, revision }: RolloutState,
  { verdict, attempt, at }: { verdict: Verdict; attempt: number; at: number },
): Raw {
  const [phase, message] = verdict === 'error' ? (['Error', ERRED] as const) : (['Failed', FAILED] as const)
  return analysisRun({ owner, hash: current, revision, attempt, at, phase, message })
}

/** A Rollout as the API server shows it. */
export function rolloutOf(state: RolloutState): Raw {
  const { owner, current, stable } = state
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name: owner.name,
      namespace: owner.namespace,
      uid: owner.uid,
      generation: state.generation,
      creationTimestamp: '2026-11-23T02:38:26Z',
      annotations: {
        'argocd.argoproj.io/tracking-id': `${state.application}:argoproj.io/Rollout:${owner.namespace}/${owner.name}`,
        ...(state.revision > 0 && { 'rollout.argoproj.io/revision': String(state.revision) }),
      },
    },
    spec: { ...specOf(owner.name, state.steps), template: admitted(state.template, state.isRewritten) },
    ...(state.mode !== 'none' && {
      status: {
        ...(state.available > 0 && { availableReplicas: state.available, readyReplicas: state.available }),
        replicas: 4,
        blueGreen: {},
        canary: {},
        selector: `app=${owner.name}`,
        observedGeneration: String(state.observed),
        currentStepHash: `steps-${state.stepHash}`,
        currentPodHash: current,
        ...(stable !== '' && { stableRS: stable }),
        ...statusOf(state),
      },
    }),
  }
}
