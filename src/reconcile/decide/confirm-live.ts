import { isSameWish } from '../../domain/application/same-wish.ts'
import { experimentNamed } from '../../domain/experiment/name.ts'
import type { ExperimentSnapshot } from '../../domain/rollout/snapshots.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'

/**
 * Reads the Rollout, or the Experiment of its own, and its Application past the cache, once everything else holds: the last look before
 * anything is written outside. They come by two watches, and either may be late.
 * @throws KedgeError E_CLUSTER_*
 */
export async function confirmLive({ applications }: Pick<Environment, 'applications'>, look: Look): Promise<'same' | 'moved'> {
  const both = await Promise.all([isSameObject(look), isSameApplication(applications, look)])
  return both.every(Boolean) ? 'same' : 'moved'
}

function isSameObject(look: Look): Promise<boolean> {
  const experiment = experimentNamed(look.ref.name)
  return experiment === undefined ? isSameRollout(look) : isSameExperiment(look, experiment)
}

async function isSameExperiment({ experiment, view, ref }: Look, name: string): Promise<boolean> {
  if (!experiment) return false
  const live = await view.rereadExperiment(ref.namespace, name)
  return live !== undefined && JSON.stringify(wordOf(live)) === JSON.stringify(wordOf(experiment))
}

/** Which object it is, how it ended, whose it is, and what people set there for Kedge. */
function wordOf({ uid, phase, own }: ExperimentSnapshot): unknown {
  const settings = Object.entries(own?.settings ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return [uid, phase, own?.trackingId, settings]
}

async function isSameRollout({ rollout, view, ref }: Look): Promise<boolean> {
  const live = await view.reread(ref.namespace, ref.name)
  if (!rollout || !live) return false
  return (
    live.uid === rollout.uid &&
    live.observed &&
    live.abort === rollout.abort &&
    live.abortedAt === rollout.abortedAt &&
    live.currentPodHash === rollout.currentPodHash &&
    live.stableRS === rollout.stableRS
  )
}

/**
 * Nothing is decided on a Rollout that several Applications list, or none; nor, or remembered of a sync, while Argo CD's cluster is not
 * seen: then it is not asked, as what is known of the Rollout alone waits for nobody else.
 */
async function isSameApplication(view: Environment['applications'], { applications, observation }: Look): Promise<boolean> {
  const [application, ...others] = applications
  if (!application || others.length > 0 || !observation.seesApplications) return true
  const live = await view.rereadApplication(application.namespace, application.name)
  return live !== undefined && isSameWish(application, live)
}
