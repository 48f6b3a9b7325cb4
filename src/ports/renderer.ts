import type { RenderedDigest, Rendering, RolloutName } from '../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'

export interface RenderQuestion {
  application: ApplicationSnapshot
  /**
   * One per source, in the order of the sources: full names of commits, or the version of a chart. Of a hydrated Application, whose
   * sources are its dry source, the dry commit.
   */
  revisions: readonly string[]
  rollout: RolloutName
  /** One of the revisions is in no repository but Kedge's own mirror. */
  isUnpublished?: boolean
}

/** The same of all that an Application renders. */
export interface DigestQuestion extends Omit<RenderQuestion, 'rollout'> {
  /**
   * What is asked is nothing that files could tell: an Application that was rendered before and is shown no more is `locked-out`, as it is
   * of a Rollout. Of any other question it is `forbidden`, as one is that was never shown: it costs no more than a line.
   */
  insistsOnAccess?: boolean
}

/**
 * Says what an Application renders at given revisions: of one Rollout, and of all else no more than a hash. No manifest is kept anywhere.
 *
 * Never throws for what a repository holds or a server answers: what cannot be told is an answer. Does not promise that the cluster would
 * take what is rendered, nor that the rest of it renders where only a part had to be read. Renders with the Application's spec as it is
 * now (parameters, plugins, settings of who renders), so of an older revision it does not promise what was rendered then. Does not promise
 * the same answer again where a revision does not pin all that it is made of: a remote base, a chart's range of versions, a plugin.
 */
export interface Renderer {
  render(question: RenderQuestion): Promise<Rendering>
  /** Tells whether two revisions render the same, where there may be no Rollout: digests of one renderer can be compared. */
  digest(question: DigestQuestion): Promise<RenderedDigest>
}
