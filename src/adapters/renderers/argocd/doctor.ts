import { asCommitSha } from '../../../domain/application/commit.ts'
import { applicationName } from '../../../domain/application/mapping.ts'
import type { Rendering } from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { fail, ok, warn, type Finding } from '../../../ports/finding.ts'
import type { Renderer, RenderQuestion } from '../../../ports/renderer.ts'

const SUBJECT = 'Argo CD API'
const RIGHT = 'Give its account this one line in `argocd-rbac-cm`: `p, kedge, applications, get, */*, allow`.'
const TOKEN =
  'Make a new one: `argocd account generate-token --account kedge`, and restart Kedge with it. The rights of the account are not the fault.'
const NO_WAY = 'Check `argocd.api` in the configuration and the way to it from here. Until it answers, no revert is opened that needs it.'
const NOT_THERE =
  'Argo CD answers, and the account is right. Has the Rollout been taken out of Git, and not been pruned? Its reverts are proven by files.'

/** More projects are not tried: each may take Argo CD seconds. */
const MOST_PROJECTS = 20
/** So many Applications of a project are tried while none renders its Rollout. */
const MOST_TRIES = 3
const MOST_NAMED = 3

/** Lets Argo CD render one Application of each project that holds a Rollout, as it was last synced: rights are given by project. */
export async function checkRendering(renderer: Renderer, applications: readonly ApplicationSnapshot[]): Promise<readonly Finding[]> {
  const holding = applications.filter(({ rollouts }) => rollouts.length > 0)
  const projects = [
    ...Map.groupBy(
      holding.flatMap((one) => questionOf(one) ?? []),
      ({ application }) => application.project,
    ).values(),
  ]
  if (projects.length === 0) return [warn(SUBJECT, `could not be tried: ${whyNone(holding)}`, 'Try again once one was.')]
  const tried = await Promise.all(projects.slice(0, MOST_PROJECTS).map((questions) => tryProject(renderer, questions)))
  const left = projects.length - tried.length
  const rest = left > 0 ? [warn(SUBJECT, `${left} more projects were not tried`, 'What holds for the others may not hold for them.')] : []
  return [...summarise(tried), ...rest]
}

interface Tried {
  application: ApplicationSnapshot
  rendering: Rendering
}

/** The first answer that says how it stands with the project. */
async function tryProject(renderer: Renderer, questions: readonly RenderQuestion[]): Promise<Tried> {
  let first: Tried | undefined
  for (const question of questions.slice(0, MOST_TRIES)) {
    const tried: Tried = { application: question.application, rendering: await renderer.render(question) }
    first ??= tried
    const isTold = tried.rendering.result === 'rendered' || REFUSALS.has(tried.rendering.why)
    if (isTold) return tried
  }
  if (!first) throw new Error('a project without an Application')
  return first
}

const REFUSALS: ReadonlySet<string> = new Set(['forbidden', 'locked-out', 'unreachable'])

/** What is right is said once; what holds for all of Argo CD, too. */
function summarise(tried: readonly Tried[]): readonly Finding[] {
  const right = tried.filter(({ rendering }) => rendering.result === 'rendered').map(({ application }) => applicationName(application))
  const more = right.length > MOST_NAMED ? ` and ${right.length - MOST_NAMED} more` : ''
  const says = `renders ${right.slice(0, MOST_NAMED).join(', ')}${more}`
  const faults = tried.flatMap((one) => findingOf(one) ?? [])
  const ofAll = faults.find(({ holds }) => holds === 'everywhere')
  return [
    ...(right.length > 0 ? [ok(SUBJECT, `${says}; reverts are proven by it`)] : []),
    ...(ofAll ? [ofAll.finding] : faults.map(({ finding }) => finding)),
  ]
}

function findingOf({ application, rendering }: Tried): { finding: Finding; holds: 'here' | 'everywhere' } | undefined {
  if (rendering.result === 'rendered') return undefined
  const { why, detail } = rendering
  const says = `${applicationName(application)}: ${detail}`
  if (why === 'locked-out') return { finding: fail(SUBJECT, says, TOKEN), holds: 'everywhere' }
  if (why === 'forbidden') return { finding: fail(SUBJECT, `${says} Its project is ${application.project}.`, RIGHT), holds: 'here' }
  if (why === 'unreachable') return { finding: { ...fail(SUBJECT, says, NO_WAY), unseen: true }, holds: 'here' }
  const advice = why === 'absent' || why === 'several' ? NOT_THERE : "Argo CD's own log says more."
  return { finding: warn(SUBJECT, says, advice), holds: 'here' }
}

function whyNone(holding: readonly ApplicationSnapshot[]): string {
  return holding.length === 0
    ? 'no Application in view holds a Rollout'
    : `of ${holding.length} Application(s) in view that hold a Rollout, none says which revision was synced last`
}

/** The newest sync; of a hydrated Application the dry commit that was hydrated last, which is what is rendered. */
function questionOf(application: ApplicationSnapshot): RenderQuestion | undefined {
  const [rollout] = application.rollouts
  const newest = application.history.toSorted((a, b) => b.id - a.id)[0]
  const dry = asCommitSha(application.dryRevision)
  const revisions = application.hydrator ? dry && [dry] : newest?.revisions
  if (rollout === undefined || !revisions?.some((revision) => revision !== '')) return undefined
  const [namespace = '', name = ''] = rollout.split('/')
  return { application, revisions, rollout: { namespace, name } }
}
