import type { GitCommit } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import type { Rendering } from '../../domain/application/rendered.ts'
import type { OtherRollout } from '../../domain/decision/facts.ts'
import { changedFields } from '../../domain/rollout/changed-fields.ts'
import { isRenderedAlike } from '../../domain/rollout/template.ts'
import { Sealed } from '../../domain/sealed.ts'
import { revisionsAt } from './renderings.ts'
import type { ContentQuestion } from './versions.ts'

/** Each costs two renderings. */
const MOST_ROLLOUTS = 10

/**
 * The other Rollouts of the Application whose template a restore of N's inputs changes; those of which that is not known, too.
 * @throws KedgeError E_RENDERER_UNREACHABLE
 */
export async function otherRollouts(
  question: ContentQuestion & { source: GitSource },
  { revision, good }: { revision: GitCommit; good: GitCommit },
  provenBy: 'rendering' | 'files' | null,
): Promise<readonly OtherRollout[]> {
  const { application, release, renderings, source } = question
  const own = `${release.namespace}/${release.rollout}`
  const failed = revisionsAt(application, source, { commit: revision.sha, applied: release.applied })
  const restored = revisionsAt(application, source, { commit: good.sha, applied: release.goodApplied ?? release.applied })
  const found: OtherRollout[] = []
  for (const [index, name] of application.rollouts.filter((one) => one !== own).entries()) {
    const [namespace = '', rollout = ''] = name.split('/')
    const ask = (revisions: readonly string[]): Promise<Rendering> => renderings.at(revisions, { rollout: { namespace, name: rollout } })
    const isAsked = provenBy === 'rendering' && index < MOST_ROLLOUTS
    const [before, after] = isAsked ? await Promise.all([ask(failed), ask(restored)]) : []
    const change = before && after ? compare(before, after) : { isKnown: false, images: [] }
    if (change) found.push({ name, ...change })
  }
  return found
}

function compare(before: Rendering, after: Rendering): Omit<OtherRollout, 'name'> | undefined {
  const isAbsent = [before, after].map((one) => one.result === 'unknown' && one.why === 'absent')
  if (isAbsent.every(Boolean)) return undefined
  if (before.result === 'unknown' || after.result === 'unknown') return { isKnown: isAbsent.includes(true), images: [] }
  const [runs, becomes] = [before.rollout.template, after.rollout.template]
  if (isRenderedAlike(runs, becomes)) return undefined
  const [one, other] = [runs, becomes].map((template) => new Sealed({ template: template.open() }))
  const fields = (one && other && changedFields(one, other)?.fields) ?? []
  return { isKnown: true, images: fields.flatMap(({ image }) => (image ? [image] : [])) }
}
