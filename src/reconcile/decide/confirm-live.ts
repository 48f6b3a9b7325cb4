import { isSameWish } from '../../domain/application/same-wish.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../loop/observe.ts'

/**
 * Reads the Rollout and its Application past the cache, once everything else holds: the last look before anything is written outside. They
 * come by two watches, and either may be late.
 * @throws KedgeError E_CLUSTER_*
 */
export async function confirmLive({ applications }: Pick<Environment, 'applications'>, look: Look): Promise<'same' | 'moved'> {
  const both = await Promise.all([isSameRollout(look), isSameApplication(applications, look)])
  return both.every(Boolean) ? 'same' : 'moved'
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
