import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { GitCommit } from '../../../domain/application/commit.ts'
import type { RenderedRollout } from '../../../domain/application/rendered.ts'
import { matchTemplate, rewrittenFields, type LiveTemplate } from '../../../domain/rollout/template.ts'
import type { Sealed } from '../../../domain/sealed.ts'
import { reduce, type AppReader } from '../commit/app-commit.ts'
import { revisionsAt } from '../question/renderings.ts'
import type { ContentQuestion } from '../question/versions.ts'

/** The two versions as they run. */
export interface LiveVersions {
  failed: LiveTemplate
  before: LiveTemplate
  /** Fields that something rewrites on the way in, see `rewrittenFields`. Undefined where what runs is what was rendered. */
  rewritten?: readonly string[]
}

/** Which of the two versions was rendered. `reordered`: but for an order that can only matter where nothing fits better. */
export interface Fit {
  of: 'failed' | 'before' | 'other'
  reordered: boolean
}

/** Which version a sync brought, or why that cannot be told. */
export type Brought = { fit: Fit; commit: GitCommit | undefined; rendered: RenderedRollout | undefined } | { unknown: string }

/** More syncs are not looked at than this for one release: far above what lies between two versions. */
const MOST_LOOKED_AT = 20

/**
 * Tells of syncs which version they brought, by what they render: each is asked once. `single`: the one repository that the Application
 * reads; there, syncs of other teams' commits are the same as the app's own commit before them.
 */
export function createSyncReader(
  question: ContentQuestion,
  live: LiveVersions,
  single: AppReader | undefined,
): (applied: AppliedRevision) => Promise<Brought> {
  const { application, renderings } = question
  const known = new Map<string, Promise<Brought>>()

  async function look(applied: AppliedRevision): Promise<Brought> {
    if (applied.revisions.length !== application.sources.length) return { unknown: 'the Application reads other sources now.' }
    if (!single) return { ...(await fitOf(applied.revisions)), commit: undefined }
    const reduced = await reduce(single, applied)
    if (!reduced) return { unknown: 'its commit is not in the repository, or none up to it touches the inputs.' }
    const { commit } = reduced
    return { ...(await fitOf(revisionsAt(application, single.source, { commit: commit.sha, applied }))), commit }
  }

  async function fitOf(revisions: readonly string[]): Promise<{ fit: Fit; rendered: RenderedRollout | undefined } | { unknown: string }> {
    const rendered = await renderings.at(revisions)
    if (rendered.result === 'rendered') return { ...fitTo(live, rendered.rollout.template), rendered: rendered.rollout }
    return rendered.why === 'absent' ? { fit: OTHER, rendered: undefined } : { unknown: rendered.detail }
  }

  return (applied) => {
    const key = applied.revisions.join(' ')
    const asked = known.get(key) ?? (known.size < MOST_LOOKED_AT ? look(applied) : Promise.resolve(TOO_MANY))
    known.set(key, asked)
    return asked
  }
}

const OTHER: Fit = { of: 'other', reordered: false }
const TOO_MANY: Brought = { unknown: `only ${MOST_LOOKED_AT} syncs are looked at.` }

/** Which of the two versions a rendered template is. */
export function fitTo(live: LiveVersions, template: Sealed): { fit: Fit } | { unknown: string } {
  if (live.rewritten) return { fit: fitRewritten(live, template, live.rewritten) }
  const failed = matchTemplate(template, live.failed)
  const before = matchTemplate(template, live.before)
  if (failed.result === 'unclear' || before.result === 'unclear') return { unknown: 'the template is too large to be compared.' }
  const fits = [
    failed.result === 'equal' && { of: 'failed' as const, ...failed },
    before.result === 'equal' && { of: 'before' as const, ...before },
  ]
  const found = fits.filter((one) => one !== false)
  const [best] = found.toSorted((a, b) => Number(a.reordered) - Number(b.reordered))
  return { fit: best ? { of: best.of, reordered: best.reordered } : OTHER }
}

function fitRewritten({ failed, before }: LiveVersions, template: Sealed, fields: readonly string[]): Fit {
  const isIt = (one: LiveTemplate, other: LiveTemplate): boolean => areSame(rewrittenFields(template, one, other), fields)
  const [isFailed, isBefore] = [isIt(failed, before), isIt(before, failed)]
  return isFailed === isBefore ? OTHER : { of: isFailed ? 'failed' : 'before', reordered: false }
}

/**
 * The fields that something rewrites on the way in: of what was synced, one renders N+1 and one N, but for the same fields. Undefined where
 * there are no such two.
 */
export function rewrittenIn({ failed, before }: LiveVersions, templates: readonly Sealed[]): readonly string[] | undefined {
  const ofFailed = templates.map((template) => rewrittenFields(template, failed, before))
  const ofBefore = templates.map((template) => rewrittenFields(template, before, failed))
  return ofFailed.find((fields) => fields && fields.length > 0 && ofBefore.some((other) => areSame(other, fields)))
}

function areSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((field, at) => field === other[at])
}
