import { analysisRun, condition, ERRED, FAILED, hashOf, podTemplate, REASONS, replicaSet, stamp, type Owner, type Raw } from './objects.ts'
import type { RolloutOptions, Server, StagedRollout } from './staged-rollout.ts'

export type { AbortOptions, RolloutOptions, Server, StagedRollout } from './staged-rollout.ts'

interface Template {
  tag: string
  revision: number
  former: number[]
  createdAt: number
  replicas: number
}

/** See {@link StagedRollout}. Shapes and sequences are those of test/recordings. */
export function stageRollout(server: Server, options: RolloutOptions = {}): StagedRollout {
  const owner: Owner = {
    namespace: options.namespace ?? 'shop',
    name: options.name ?? 'web',
    uid: options.uid ?? `uid-${options.name ?? 'web'}`,
  }
  const strategy = options.strategy ?? { canary: { steps: [{ setWeight: 25 }, { analysis: { templates: [{ templateName: 'web' }] } }] } }
  const templates = new Map<string, Template>()
  const runs: Raw[] = []
  let generation = 1
  let observed = 1
  let revision = 0
  let attempts = 0
  let stepHash = 1
  let wanted = ''
  let stable = ''
  let status: Raw = {}
  let spec: Raw = {}
  let tracked = options.application ?? 'shop'

  function release(tag: string): string {
    const hash = hashOf(tag)
    const known = templates.get(hash)
    const current = templates.get(wanted)
    if (!known || current?.tag !== tag) {
      revision += 1
      attempts = 0
      generation += 2
      observed = generation
      const former = known ? [...known.former, known.revision] : []
      templates.set(hash, { tag, revision, former, createdAt: known?.createdAt ?? server.now(), replicas: known?.replicas ?? 1 })
    }
    wanted = hash
    return hash
  }

  function conditions(...extra: Raw[]): Raw[] {
    return [condition('Available', 'True', 'AvailableReason', 'Rollout has minimum availability'), ...extra]
  }

  function replicasOf(hash: string, replicas: number): void {
    const template = templates.get(hash)
    if (template) template.replicas = replicas
  }

  return {
    ...owner,
    canary(tag) {
      const hash = release(tag)
      replicasOf(hash, 1)
      status = {
        ...progressing(hash),
        conditions: conditions(condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${owner.name}-${hash}" is progressing.`)),
      }
    },
    healthy(tag) {
      const hash = release(tag)
      for (const other of templates.keys()) replicasOf(other, 0)
      replicasOf(hash, 4)
      stable = hash
      status = {
        phase: 'Healthy',
        currentPodHash: hash,
        stableRS: hash,
        updatedReplicas: 4,
        conditions: conditions(
          condition('Progressing', 'True', 'NewReplicaSetAvailable', `ReplicaSet "${owner.name}-${hash}" has successfully progressed.`),
          { ...condition('Healthy', 'True', 'RolloutHealthy', 'Rollout is healthy'), lastTransitionTime: stamp(server.now()) },
        ),
      }
    },
    abort({ why = 'failed', still = 0, noRun = false, run, value } = {}) {
      attempts += 1
      const template = templates.get(wanted)
      if (!template) throw new Error('nothing to abort')
      const text = `Rollout aborted update to revision ${template.revision}${typeof why === 'string' ? REASONS[why] : why.message}`
      const phase = run ?? (why === 'failed' ? 'Failed' : why === 'error' ? 'Error' : undefined)
      if (phase && !noRun) {
        const message = phase === 'Failed' ? FAILED : ERRED
        runs.push(
          analysisRun({
            owner,
            hash: wanted,
            revision: template.revision,
            attempt: attempts,
            at: server.now(),
            phase,
            message,
            ...(value !== undefined && { value }),
          }),
        )
      }
      replicasOf(wanted, still)
      status = {
        phase: 'Degraded',
        message: `RolloutAborted: ${text}`,
        abort: true,
        abortedAt: stamp(server.now()),
        currentPodHash: wanted,
        stableRS: stable,
        ...(still > 0 && { updatedReplicas: still }),
        conditions: conditions(condition('Progressing', 'False', 'RolloutAborted', text)),
      }
    },
    retry() {
      replicasOf(wanted, 1)
      status = {
        ...progressing(wanted),
        abort: false,
        conditions: conditions(condition('Progressing', 'Unknown', 'RolloutRetry', 'Retrying Rollout after abort')),
      }
    },
    measure(phase) {
      const revision = templates.get(wanted)?.revision ?? 0
      runs.push(analysisRun({ owner, hash: wanted, revision, attempt: attempts + 1, at: server.now(), phase, message: '' }))
    },
    steps() {
      stepHash += 1
      generation += 1
      observed = generation
      replicasOf(wanted, 1)
      status = {
        ...progressing(wanted),
        conditions: conditions(condition('Progressing', 'True', 'ReplicaSetUpdated', `Rollout "${owner.name}" is progressing.`)),
      }
    },
    scale() {
      generation += 1
    },
    restartAt() {
      spec = { ...spec, restartAt: stamp(server.now()) }
      generation += 1
    },
    settle() {
      observed = generation
    },
    track(application) {
      tracked = application
    },
    patch(change) {
      status = { ...status, ...change.status }
      spec = { ...spec, ...change.spec }
    },
    objects() {
      const version = server.nextVersion()
      const sets = [...templates].map(([hash, template]) => replicaSet({ owner, hash, ...template }))
      return [...sets, ...runs, rolloutObject()].map((object) => ({
        ...object,
        metadata: { ...(object['metadata'] as Raw), resourceVersion: String(version) },
      }))
    },
  }

  function progressing(hash: string): Raw {
    return {
      phase: 'Progressing',
      message: 'more replicas need to be updated',
      currentPodHash: hash,
      ...(stable !== '' && { stableRS: stable }),
      updatedReplicas: 1,
      currentStepIndex: 0,
    }
  }

  function rolloutObject(): Raw {
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: {
        name: owner.name,
        namespace: owner.namespace,
        uid: owner.uid,
        generation,
        creationTimestamp: '2026-11-23T02:38:26Z',
        annotations: {
          'argocd.argoproj.io/tracking-id': `${tracked}:argoproj.io/Rollout:${owner.namespace}/${owner.name}`,
          'rollout.argoproj.io/revision': String(revision),
        },
      },
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: owner.name } },
        strategy,
        template: podTemplate(owner.name, templates.get(wanted)?.tag ?? 'none'),
        ...spec,
      },
      status: {
        availableReplicas: 4,
        blueGreen: {},
        canary: {},
        readyReplicas: 4,
        replicas: 4,
        selector: `app=${owner.name}`,
        observedGeneration: String(observed),
        currentStepHash: `steps-${stepHash}`,
        ...status,
      },
    }
  }
}
