import type { CommitSha, GitCommit } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import type { Rendering } from '../../domain/application/rendered.ts'
import type { OtherRollout } from '../../domain/decision/facts.ts'
import { changedFields } from '../../domain/rollout/changed-fields.ts'
import { isRenderedAlike, matchTemplate } from '../../domain/rollout/template.ts'
import { Sealed } from '../../domain/sealed.ts'
import type { SourceQuestion } from './question.ts'
import { revisionsAt } from './renderings.ts'
import type { Versions } from './versions.ts'

/** Each costs two renderings. */
const MOST_ROLLOUTS = 10

interface Commits {
  head: CommitSha
  good: GitCommit
  /** The revert's own. */
  commit: CommitSha
  /** Those that the restored files declare otherwise than now: one that is gone is listed no more. */
  beside: readonly string[]
  versions: Versions | undefined
}

/** The other Rollouts whose template the revert changes, be they gone by now; those of which that is not known, too. @throws KedgeError */
export async function otherRollouts(
  question: SourceQuestion & { source: GitSource },
  commits: Commits,
  provenBy: 'rendering' | 'files' | null,
): Promise<readonly OtherRollout[]> {
  const { application, release } = question
  const own = `${release.namespace}/${release.rollout}`
  const found: OtherRollout[] = []
  const { beside, versions } = commits
  const atN = versions?.by === 'rendering' ? versions.before.rollout.rollouts : undefined
  // Where later commits stay, one of them may have added some that are not applied yet.
  const atHead = versions?.by === 'rendering' ? versions.head?.rollouts : undefined
  const listed = [...application.rollouts, ...(application.formerRollouts ?? [])]
  const names = new Set([...beside, ...listed, ...(atN ?? []), ...(atHead ?? [])])
  for (const [index, name] of [...names].filter((one) => one !== own).entries()) {
    const isAsked = provenBy === 'rendering' && index < MOST_ROLLOUTS
    const [before, after] = isAsked ? await render(question, commits, name) : []
    const change = before && after ? compare(before, after) : { isKnown: false, images: [] }
    if (change) found.push({ name, ...change, isBack: after !== undefined && (await isRunning(question, name, after)) })
  }
  return found
}

/** At the head, and at the revert; where only a server can render that, and has not got it yet, at N for the time being. */
async function render(
  question: SourceQuestion & { source: GitSource },
  { head, good, commit }: Commits,
  name: string,
): Promise<readonly [Rendering, Rendering]> {
  const { pushed } = question
  const atRevert = renderOther(question, name, pushed ?? commit, { isUnpublished: pushed === undefined })
  const [before, after] = await Promise.all([renderOther(question, name, head), atRevert])
  return [before, after.result === 'unknown' && after.why === 'unpublished' ? await renderOther(question, name, good.sha) : after]
}

/** Another Rollout (`namespace/name`) as a commit renders it. @throws KedgeError E_RENDERER_UNREACHABLE */
export function renderOther(
  { application, release, renderings, source }: SourceQuestion & { source: GitSource },
  name: string,
  commit: CommitSha,
  { isUnpublished = false } = {},
): Promise<Rendering> {
  const [namespace = '', rollout = ''] = name.split('/')
  const revisions = revisionsAt(application, source, { commit, applied: release.applied })
  return renderings.at(revisions, { isUnpublished, rollout: { namespace, name: rollout } })
}

function compare(before: Rendering, after: Rendering): Pick<OtherRollout, 'isKnown' | 'images'> | undefined {
  const isAbsent = [before, after].map((one) => one.result === 'unknown' && one.why === 'absent')
  if (isAbsent.every(Boolean)) return undefined
  if (before.result === 'unknown' || after.result === 'unknown') return { isKnown: isAbsent.includes(true), images: [] }
  const [runs, becomes] = [before.rollout.template, after.rollout.template]
  if (isRenderedAlike(runs, becomes)) return undefined
  const [one, other] = [runs, becomes].map((template) => new Sealed({ template: template.open() }))
  const fields = (one && other && changedFields(one, other)?.fields) ?? []
  return { isKnown: true, images: fields.flatMap(({ image }) => (image ? [image] : [])) }
}

/** Whether its stable ReplicaSet runs that already, as after an abort. */
async function isRunning({ renderings, stableOf }: SourceQuestion, name: string, rendering: Rendering): Promise<boolean> {
  const stable = stableOf(name)
  if (rendering.result === 'unknown' || !stable) return false
  // A cluster that cannot be asked about another Rollout holds up no PR of this one.
  const live = await renderings.live(stable).catch(() => undefined)
  if (!live || live === 'forbidden') return false
  const match = matchTemplate(rendering.rollout.template, live)
  return match.result === 'equal' && !match.reordered
}
