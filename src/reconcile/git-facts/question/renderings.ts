import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { CommitSha } from '../../../domain/application/commit.ts'
import { gitSources, type GitSource } from '../../../domain/application/inputs.ts'
import {
  isUnanswered,
  notRendered,
  type NotRendered,
  type RenderedDigest,
  type Rendering,
  type RolloutName,
} from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { Release } from '../../../domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import type { LiveTemplate } from '../../../domain/rollout/template.ts'
import type { LiveTemplates } from '../../../ports/live-templates.ts'
import type { Renderer } from '../../../ports/renderer.ts'

/** What cannot be told by this renderer, of any revision. All else that is not rendered is an answer: that commit made nothing. */
export const LEFT_TO_FILES: ReadonlySet<NotRendered> = new Set(['unsupported', 'too-large', 'forbidden', 'not-allowed'])

/** What commits render and what runs: each asked at most once for one look into Git. */
export interface Renderings {
  /**
   * What the Application renders at these revisions, one per source, of the release's Rollout where no other is named.
   * @throws KedgeError E_RENDERER_*: that is no answer, and is asked again
   */
  at(revisions: readonly string[], options?: { isUnpublished?: boolean; rollout?: RolloutName }): Promise<Rendering>
  /** The template that runs; undefined when its ReplicaSet is gone. @throws KedgeError E_CLUSTER_* */
  live(replicaSet: ReplicaSetSnapshot): Promise<LiveTemplate | 'forbidden' | undefined>
}

/** See {@link Renderings}, for one release of an Application. */
export function openRenderings(asked: {
  renderer: Renderer
  templates: LiveTemplates
  application: ApplicationSnapshot
  release: Release
}): Renderings {
  const { renderer, templates, application, release } = asked
  const rendered = new Map<string, Promise<Rendering>>()
  const running = new Map<string, Promise<LiveTemplate | 'forbidden' | undefined>>()
  return {
    async at(revisions, { isUnpublished = false, rollout = { namespace: release.namespace, name: release.rollout } } = {}) {
      const ask = (): Promise<Rendering> => renderer.render({ application, revisions, rollout, isUnpublished })
      const key = `${rollout.namespace}/${rollout.name} ${isUnpublished ? 'unpublished ' : ''}${revisions.join(' ')}`
      return insistOnAnswer(await once(rendered, key, ask))
    },
    live: (replicaSet) => once(running, replicaSet.uid, () => readTemplate(templates, replicaSet)),
  }
}

/** What was answered. @throws KedgeError E_RENDERER_* where nothing was: it is asked again */
export function insistOnAnswer<Told extends Rendering | RenderedDigest>(rendering: Told): Told {
  if (rendering.result === 'rendered' || !isUnanswered(rendering.why)) return rendering
  throw new KedgeError(rendering.why === 'locked-out' ? 'E_RENDERER_REFUSED' : 'E_RENDERER_UNREACHABLE', rendering.detail)
}

/** Whether who renders had no answer, or did not let Kedge ask. */
export function isRendererFault(error: unknown): boolean {
  return error instanceof KedgeError && (error.code === 'E_RENDERER_UNREACHABLE' || error.code === 'E_RENDERER_REFUSED')
}

/**
 * A renderer that has rendered this Application before: not to be let in any more is no answer, and may be mended. Digests are asked of
 * other Applications as well, so that holds for those alone that insist on it.
 */
export function insistOnAccess(renderer: Renderer): Renderer {
  return {
    async digest(question) {
      const told = await renderer.digest(question)
      return question.insistsOnAccess === true ? asLost(told) : told
    },
    render: async (question) => asLost(await renderer.render(question)),
  }
}

function asLost<Told extends Rendering | RenderedDigest>(told: Told): Told | (Rendering & { result: 'unknown' }) {
  return told.result === 'unknown' && told.why === 'forbidden' ? notRendered('locked-out', told.detail) : told
}

/** One source's repository at a commit, and the others at what was applied with it. */
export function revisionsAt(
  application: ApplicationSnapshot,
  { repository }: Pick<GitSource, 'repository'>,
  { commit, applied }: { commit: CommitSha; applied: AppliedRevision | null },
): readonly string[] {
  const own = new Set(gitSources(application).flatMap((source) => (source.repository === repository ? [source.index] : [])))
  return application.sources.map((_, index) => (own.has(index) ? commit : (applied?.revisions[index] ?? '')))
}

async function readTemplate(templates: LiveTemplates, replicaSet: ReplicaSetSnapshot): Promise<LiveTemplate | 'forbidden' | undefined> {
  try {
    return await templates.template(replicaSet)
  } catch (error) {
    if (error instanceof KedgeError && error.code === 'E_CLUSTER_FORBIDDEN') return 'forbidden'
    throw error
  }
}

function once<Answer>(known: Map<string, Promise<Answer>>, key: string, ask: () => Promise<Answer>): Promise<Answer> {
  const asked = known.get(key) ?? ask()
  known.set(key, asked)
  return asked
}
