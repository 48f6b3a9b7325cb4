import type { SyncStarter } from '../people.ts'

/** How a plain folder is read. Argo CD: `pkg/apis/application/v1alpha1/types.go` ApplicationSourceDirectory. */
export interface DirectoryOptions {
  readonly recurse: boolean
  /** Patterns, undefined where there is none. */
  readonly include: string | undefined
  readonly exclude: string | undefined
  /** Files of all endings are read. */
  readonly anyEnding: boolean
  /** Variables or arguments of Jsonnet are code that imports files. */
  readonly importsByCode?: boolean
}

/** The tools that Argo CD renders with, by the names that it gives them. */
export type SourceTool = 'Directory' | 'Helm' | 'Kustomize' | 'Plugin'

/** One entry of `spec.source(s)`. Argo CD: `pkg/apis/application/v1alpha1/types.go` ApplicationSource. */
export interface SourceSnapshot {
  readonly repoURL: string
  readonly targetRevision: string
  readonly path: string | undefined
  readonly chart: string | undefined
  /** `ref` names this source for `$ref/…` value files of others. */
  readonly ref: string | undefined
  readonly valueFiles: readonly string[]
  readonly fileParameters: readonly string[]
  /** Folders that it reads besides `path` (`kustomize.components`, `directory.jsonnet.libs`), spelt like value files: `/` is the root. */
  readonly folders: readonly string[]
  /**
   * Fingerprint of the parameters that live on the Application itself (helm, kustomize, plugin, directory), `{}` without any: tells a
   * change of them apart from a commit. No values, because people put passwords there.
   */
  readonly parameters: string
  /** The tool that the source itself names; without one, Argo CD looks at the files. */
  readonly tool?: SourceTool
  readonly directory?: DirectoryOptions
}

export interface HistoryEntry {
  readonly id: number
  /** One per source; one entry for a single-source Application. Empty where manifests of no commit were applied. */
  readonly revisions: readonly string[]
  readonly sources: readonly SourceSnapshot[]
  readonly deployStartedAt: number | undefined
  readonly deployedAt: number
  /** Absent where Argo CD does not say: before 2.10, or its operation was written into the Application. */
  readonly startedBy?: SyncStarter
}

export interface OperationSnapshot {
  readonly phase: string
  readonly message: string | undefined
  readonly startedAt: number | undefined
  readonly finishedAt: number | undefined
  /** `syncResult.revision(s)`: what was applied. Empty while unknown, for a dry run, and where it is `local`. */
  readonly revisions: readonly string[]
  /** `operation.sync.revision(s)`: what it was asked to apply, there from its beginning. Empty as those are. */
  readonly requested: readonly string[]
  /** `syncResult.source(s)`. */
  readonly sources: readonly SourceSnapshot[]
  /** Only some resources were synced (`operation.sync.resources`): self-heal or a selective sync. */
  readonly partial: boolean
  /** `namespace/name` of the Rollouts in `syncResult.resources` that were applied, and of the Experiments, by `experimentName`. */
  readonly rolloutsApplied: readonly string[]
  /** It applies manifests of somebody's own (`argocd app sync --local`), which are of no commit. */
  readonly local?: true
  /** Absent where Argo CD does not say. */
  readonly startedBy?: SyncStarter
}

/** An operation that another has taken the place of, and that is in no history: as a rule it failed. */
export interface FormerOperation extends OperationSnapshot {
  /** The newest entry of the history at that time; undefined where there was none. */
  readonly afterEntry: number | undefined
}

/**
 * Where Argo CD's source hydrator writes what it renders from the dry source. The applied revision is a commit there, and the next
 * hydration overwrites it. Source: Argo CD `docs/user-guide/source-hydrator.md`.
 */
export interface HydratorSnapshot {
  /** Undefined where it is the dry source's own repository. */
  readonly syncRepoURL: string | undefined
  readonly syncBranch: string
  readonly syncPath: string
}

/** The fields of an Argo CD Application that Kedge reads. Times are epoch milliseconds. */
export interface ApplicationSnapshot {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly project: string
  readonly deleting: boolean
  readonly destinationServer: string | undefined
  readonly destinationName: string | undefined
  readonly destinationNamespace: string | undefined
  /** Where people write what is rendered: with a hydrator its dry source, as Argo CD ignores `spec.source(s)` then. */
  readonly sources: readonly SourceSnapshot[]
  /** `status.sourceType(s)`: what Argo CD found the sources to be, one per source that is synced (so not of a dry source). */
  readonly sourceTypes?: readonly string[]
  /** `spec.sources` was used, so revisions come as a list. */
  readonly multiSource: boolean
  readonly hydrator: HydratorSnapshot | undefined
  /** The dry commit that was hydrated last: `status.sourceHydrator`. Absent without a hydrator, and before its first run. */
  readonly dryRevision?: string
  /** `argocd.argoproj.io/manifest-generate-paths`. */
  readonly manifestGeneratePaths: string | undefined
  /** Annotations below `kedge.dev/`, prefix taken off. */
  readonly settings: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** Image Updater annotations are on it, so a bot may push a bad tag again. */
  readonly imageUpdater: boolean
  /** Name of the owning ApplicationSet. */
  readonly applicationSet: string | undefined
  readonly autoSync: boolean
  readonly syncStatus: string
  readonly health: string
  /** `status.sync.revision(s)`: what was last compared, not what was applied. */
  readonly comparedRevisions: readonly string[]
  /** When that was, by Argo CD's clock, epoch milliseconds. */
  readonly comparedAt: number | undefined
  readonly operation: OperationSnapshot | undefined
  /** Those before it that Kedge has seen apply something, and that are in no history, newest first. Absent where there are none. */
  readonly formerOperations?: readonly FormerOperation[]
  /** `namespace/name` of Rollouts that it has listed and lists no more. Absent where there are none. */
  readonly formerRollouts?: readonly string[]
  /** By Argo CD's clock, epoch ms: no operation that began since has gone unseen. Absent where none is known of. */
  readonly seenSince?: number
  readonly history: readonly HistoryEntry[]
  /** `namespace/name` of every Rollout in `status.resources`. */
  readonly rollouts: readonly string[]
  /** Those of them that are not as Git asks for: a commit that is not synced yet, or a change by hand. */
  readonly driftedRollouts: readonly string[]
  /** `namespace/name` of every Experiment in `status.resources`, the name by `experimentName`. Absent where there is none. */
  readonly experiments?: readonly string[]
  /**
   * `kind/namespace/name` of what Rollouts may take their template from (`spec.workloadRef`), where the Application lists a Rollout at all.
   */
  readonly workloads: readonly string[]
  /** Those of them that are not as Git asks for. */
  readonly driftedWorkloads: readonly string[]
  readonly conditions: readonly { readonly type: string; readonly message: string }[]
}

/** What of an Application says which files it is made of, and no more: what was found is known again when only its status has changed. */
export type ApplicationSpec = Pick<
  ApplicationSnapshot,
  'name' | 'namespace' | 'project' | 'destinationNamespace' | 'sources' | 'sourceTypes' | 'hydrator' | 'manifestGeneratePaths'
>
