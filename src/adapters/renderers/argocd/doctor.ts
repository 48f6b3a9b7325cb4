import { asCommitSha } from '../../../domain/application/commit.ts'
import { applicationName } from '../../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { fail, ok, warn, type Finding } from '../../../ports/finding.ts'
import type { Renderer } from '../../../ports/renderer.ts'

const SUBJECT = 'Argo CD API'
const RIGHT =
  'Give its account this one line in `argocd-rbac-cm` and renew its token if need be: `p, kedge, applications, get, */*, allow`.'

/** Lets Argo CD render one Application that holds a Rollout, as it was last synced. */
export async function checkRendering(renderer: Renderer, applications: readonly ApplicationSnapshot[]): Promise<readonly Finding[]> {
  const found = applications.flatMap((application) => questionOf(application) ?? [])[0]
  if (!found) return [warn(SUBJECT, 'could not be tried: no Application in view holds a Rollout and was synced', 'Try again once one was.')]
  const rendering = await renderer.render(found)
  const name = applicationName(found.application)
  if (rendering.result === 'rendered') return [ok(SUBJECT, `renders ${name}; reverts are proven by it`)]
  if (rendering.why === 'forbidden') return [fail(SUBJECT, `${name}: ${rendering.detail}`, RIGHT)]
  const advice = 'Check `argocd.api` in the configuration and the way to it from here. Until it answers, no revert is opened that needs it.'
  if (rendering.why === 'unreachable') return [{ ...fail(SUBJECT, `${name}: ${rendering.detail}`, advice), unseen: true }]
  return [warn(SUBJECT, `${name}: ${rendering.detail}`, "Argo CD's own log says more.")]
}

/** The newest sync; a hydrated Application's names no commit that is rendered. */
function questionOf(application: ApplicationSnapshot): Parameters<Renderer['render']>[0] | undefined {
  const [rollout] = application.rollouts
  const newest = application.history.toSorted((a, b) => b.id - a.id)[0]
  if (rollout === undefined || !newest || application.hydrator || !newest.revisions.some((one) => asCommitSha(one))) return undefined
  const [namespace = '', name = ''] = rollout.split('/')
  return { application, revisions: newest.revisions, rollout: { namespace, name } }
}
