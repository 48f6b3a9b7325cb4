import type { SyncStarter } from '../people.ts'

/** One source as it was applied: all of it that does not come from the Git revision. */
export interface AppliedSource {
  /** Normalised, see `normaliseRepoURL`. */
  readonly repository: string
  readonly path: string | null
  readonly chart: string | null
  /** The branch, or the version that was chosen of a chart. */
  readonly pin: string
  /** See `SourceSnapshot.parameters`. */
  readonly parameters: string
}

/** The revision that was applied, one per source, as Argo CD said it. Not yet reduced to the app's own commits. */
export interface AppliedRevision {
  readonly application: string
  readonly revisions: readonly string[]
  /** What the Application itself said then; absent where Argo CD did not tell. */
  readonly sources?: readonly AppliedSource[]
  /** Who started the sync. Absent where Argo CD did not tell, and in old documents. */
  readonly startedBy?: SyncStarter
}
