import type { SyncStarter } from '../people.ts'

/** One source as it was applied: all of it that does not come from the Git revision. */
export interface AppliedSource {
  /** Normalised, see `normaliseRepoURL`. */
  repository: string
  path: string | null
  chart: string | null
  /** The branch, or the version that was chosen of a chart. */
  pin: string
  /** See `SourceSnapshot.parameters`. */
  parameters: string
}

/** The revision that was applied, one per source, as Argo CD said it. Not yet reduced to the app's own commits. */
export interface AppliedRevision {
  application: string
  revisions: readonly string[]
  /** What the Application itself said then; absent where Argo CD did not tell. */
  sources?: readonly AppliedSource[]
  /** Who started the sync. Absent where Argo CD did not tell, and in old documents. */
  startedBy?: SyncStarter
}
