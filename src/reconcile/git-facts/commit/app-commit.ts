import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { asCommitSha, type CommitSha, type InputPath } from '../../../domain/application/commit.ts'
import { gitSources, isAmong, specOf, type GitSource } from '../../../domain/application/inputs.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import { madeOnce } from '../../../domain/made-once.ts'
import type { GitRepositories, GitRepository } from '../../../ports/git.ts'
import type { AppInputs } from '../../inputs/look.ts'
import { allOf, mergeInputs } from '../../inputs/read-inputs.ts'
import { rememberedInputs } from '../../inputs/remembered-inputs.ts'
import { dryRevision } from './hydrator.ts'
import type { Reduced } from './reduced.ts'

/** One repository of an Application, open to be read. */
export interface AppReader {
  readonly repositories: GitRepositories
  readonly repository: GitRepository
  readonly source: GitSource
  readonly application: ApplicationSnapshot
}

/**
 * The app's own commit behind an applied revision: in a shared repository the synced commit is mostly another team's. Undefined when there
 * is none, and when Argo CD resolved the branch to two of them for two sources (pushes in quick succession): no commit says then what was
 * applied.
 */
export async function reduce(reader: AppReader, applied: AppliedRevision): Promise<Reduced | undefined> {
  const { repository } = reader
  const revisions = await revisionsOf(reader, applied)
  let found: Reduced | undefined
  for (const revision of revisions) {
    if (!(await repository.has(revision))) continue
    const inputs = await inputsAt(reader, revision)
    const commit = await repository.newestTouching(revision, inputs)
    if (commit && found && found.commit.sha !== commit.sha) return undefined
    if (commit) found = { commit, inputs }
  }
  return found
}

/** What the app renders from in this repository, as it is at a revision. */
export async function inputsAt(reader: Omit<AppReader, 'repositories'>, revision: CommitSha): Promise<readonly InputPath[]> {
  return allOf(await inputsInFull(reader, revision))
}

/** The same in three values. */
export async function inputsInFull(reader: Omit<AppReader, 'repositories'>, revision: CommitSha): Promise<AppInputs> {
  const { repository, source, application } = reader
  return rememberedInputs({ repository, name: source.repository, application: specOnce(application) }, revision)
}

const specOnce = madeOnce((application: ApplicationSnapshot) => specOf(application))

/** What a revert restores, and how well that is known. */
export interface Restored {
  /** N's inputs. Files that only N+1 began to use stay, as others may have used them before. */
  readonly restored: readonly InputPath[]
  /** Without `candidates`. */
  readonly firm: readonly InputPath[]
  /** See `AppInputs.candidates`, of both. */
  readonly candidates: readonly InputPath[]
  /** What of either could not be followed, by name. */
  readonly unknown: readonly string[]
  /** See `AppInputs.perhaps`; candidates are among these. */
  readonly perhaps: readonly InputPath[]
  /** All of both is plain manifests, see `AppInputs`. */
  readonly isPlain: boolean
}

/** See {@link Restored}: of N's commit and N+1's. */
export async function readRestored(
  reader: Omit<AppReader, 'repositories'>,
  { good, revision }: { good: CommitSha; revision: CommitSha },
): Promise<Restored> {
  const [atGood, atBad] = [await inputsInFull(reader, good), await inputsInFull(reader, revision)]
  const [ofGood, ofBad] = [atGood, atBad].map(({ candidates = [], perhaps = [] }) => [...candidates, ...perhaps])
  return {
    restored: mergeInputs(allOf(atGood), atBad.own),
    firm: mergeInputs([...atGood.own, ...atGood.named], atBad.own),
    candidates: mergeInputs(atGood.candidates ?? [], atBad.candidates ?? []),
    unknown: [...new Set([...atGood.unknown, ...atBad.unknown, ...unmatchedIn(atGood, atBad)])],
    perhaps: mergeInputs(ofGood ?? [], ofBad ?? []).filter(({ path }) => !isAmong(path, [...atGood.own, ...atBad.own])),
    isPlain: atGood.isPlain && atBad.isPlain,
  }
}

/** Entries of `manifest-generate-paths` that name nothing wherever they are needed. */
function unmatchedIn(good: AppInputs, bad: AppInputs): readonly string[] {
  const [some = [], ...others] = [good.unmatched, bad.unmatched].filter((unmatched) => unmatched !== undefined)
  return some.filter((entry) => others.every((unmatched) => unmatched.includes(entry)))
}

async function revisionsOf(reader: AppReader, applied: AppliedRevision): Promise<readonly CommitSha[]> {
  const { source, application } = reader
  if (application.hydrator) {
    const dry = await dryRevision(reader, application.hydrator, applied.revisions[0])
    return dry ? [dry] : []
  }
  const indices = application.multiSource
    ? gitSources(application)
        .filter((one) => one.repository === source.repository)
        .map((one) => one.index)
    : [0]
  return [...new Set(indices.flatMap((index) => asCommitSha(applied.revisions[index]) ?? []))]
}
