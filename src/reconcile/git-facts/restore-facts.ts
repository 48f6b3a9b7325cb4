import { asCommitSha, type CommitSha, type GitCommit } from '../../domain/application/commit.ts'
import { isAmong, type GitSource } from '../../domain/application/inputs.ts'
import { applicationName } from '../../domain/application/mapping.ts'
import { spelledRepoURL } from '../../domain/application/repo-url.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { flagsOf } from '../../domain/release/flag-files.ts'
import { revertBranch, revertKey } from '../../domain/revert/keys.ts'
import { planRevert } from '../../domain/revert/plan.ts'
import { rolloutName } from '../../domain/words/wording.ts'
import type { GitRepository } from '../../ports/git.ts'
import { openBeside, rolloutsBeside } from './beside.ts'
import { insistByFiles, insistKnown } from './by-files.ts'
import { readCulprits, withoutOthers, type CulpritFiles } from './culprit-files.ts'
import { changedForGood } from './irreversible.ts'
import type { RevertCommits, RevertContent } from './prove-commit.ts'
import { prove } from './prove-files.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import type { Branch, Revisions } from './revisions.ts'
import { findSharing, nameSharing } from './sharing.ts'
import { withTakenBack } from './taken-back.ts'
import { insistUntouched } from './untouched.ts'
import { nameOf, proveRevert, type Versions } from './versions.ts'

/** What lies between the two versions, and what has come since. */
type Changes = CulpritFiles &
  Pick<SourceFacts, 'later' | 'restoredInGit' | 'overtaken' | 'otherFiles'> & {
    /** Those of the later commits that change more than other Rollouts' own files. */
    readonly laterOwn: readonly GitCommit[]
    /** Those files. */
    readonly laterOthers: readonly string[]
  }

/** Reads the commits between N and N+1, those after them, and the files of both. */
export async function readChanges(
  repository: GitRepository,
  question: SourceQuestion,
  known: Revisions & { head: CommitSha; laterElsewhere: readonly GitCommit[] },
): Promise<Changes> {
  const { revision, good, inputs, restored, isPlain, apart = [], head, laterElsewhere } = known
  const laterHere = await repository.commitsTouching(revision.sha, head, inputs)
  const later = [...laterElsewhere, ...laterHere]
  const restoredInGit =
    laterHere.length > 0 &&
    laterElsewhere.length === 0 &&
    (await repository.fingerprint(head, restored)) === (await repository.fingerprint(good.sha, restored))
  const { application, release } = question
  const between = await readCulprits(repository, { application, release, revision: revision.sha, good: good.sha, restored, isPlain })
  const { culprits, paths, leftOut } = between
  const files = await Promise.all([...culprits, ...apart].map(({ sha }) => repository.filesOf(sha)))
  const otherFiles = [...new Set(files.flat())].filter((file) => !isAmong(file, restored)).sort()
  const changedSince = await repository.changedPaths(
    laterHere.map((commit) => commit.sha),
    inputs,
  )
  const overtaken = changedSince.some((path) => paths.includes(path))
  const asked = { application, release, revision: revision.sha, head, inputs, later: laterHere, paths, isPlain }
  const { laterOwn, laterOthers } = await withoutOthers(repository, asked)
  return {
    ...between,
    leftOut: { ...leftOut, ...(await filesOf(repository, known, paths)) },
    later,
    laterOwn: [...laterElsewhere, ...laterOwn],
    laterOthers,
    restoredInGit,
    overtaken,
    otherFiles,
  }
}

/** What stays of commits that change nothing but other Rollouts, as rendering has shown. */
async function filesOf(
  repository: GitRepository,
  { apart = [], restored }: Pick<Revisions, 'apart' | 'restored'>,
  paths: readonly string[],
): Promise<Partial<SourceFacts['leftOut']>> {
  if (apart.length === 0) return {}
  const touched = await repository.changedPaths(
    apart.map(({ sha }) => sha),
    restored,
  )
  return { paths: touched.filter((path) => !paths.includes(path)), commits: apart }
}

/** All that was found out before a restore is tried; `name`: the repository's. No versions: nothing is to be restored any more. */
type Known = Branch &
  Revisions &
  Changes &
  Pick<SourceFacts, 'staying' | 'byFields'> & {
    readonly name: string
    readonly versions: Versions | undefined
    /** What the files that go back field by field are as restored. */
    readonly texts: ReadonlyMap<string, string>
  }

/** Tries the restore in the object store, and proves it. Nothing where there is nothing to restore. */
export async function readRestore(
  repository: GitRepository,
  question: SourceQuestion & { source: GitSource },
  known: Known,
): Promise<Partial<SourceFacts>> {
  const { head, revision, good, culprits, paths, versions, texts } = known
  const newest = culprits.at(-1)
  if (!newest || paths.length === 0) return {}
  const key = keyOf(question, known)
  const sharing = await findSharing(question, repository, known)
  const place = { revertKey: key, branch: revertBranch(newest.sha, key), ...nameSharing(sharing) }
  if (!versions) return place
  const irreversible = await changedForGood(repository, { ...known, versions, digest: question.digest })
  const named = { ...place, irreversible }
  const { message, date, author } = planRevert({
    culprits,
    good: good.sha,
    key,
    rollouts: [rolloutName(question.release)],
    paths,
    byFields: known.byFields,
    cause: question.release.cause,
    isFlags: flagsOf(question.release) !== undefined,
    commits: question.commitsFor(question.source.repoURL),
  })
  const built = await repository.buildRestore({ base: head, good: good.sha, bad: revision.sha, paths, texts, message, date, author })
  if (built.result !== 'built') return { ...named, conflicts: built.result === 'conflict' ? built.paths : [] }
  // Side by side: the others are no reason to wait.
  const beside = openBeside(question, sharing, { good: good.sha, left: revision.sha, head, revert: built.commit })
  const changed = beside.applications()
  changed.catch(() => undefined)
  const commits = await withTakenBack(repository, { ...question, key }, { commit: built.commit, inputs: known.restored })
  const content = await proveContent(repository, question, { ...known, versions, commits }).catch(refuseWith(named))
  const rollouts = await beside.rollouts(rolloutsBeside(question, known.beside, versions), content.provenBy)
  const applications = await changed
  if (known.byFields.length > 0) {
    const { staying: later } = known
    const isRendered = content.notRendered === null
    const why = await beside.builtUpon({ rollouts, applications, staying: later }, isRendered).catch(refuseWith(named))
    if (why !== undefined) return { ...named, later, staying: [], byFields: [], notByFields: why, overtaken: true }
  }
  return {
    ...named,
    ...content,
    otherRollouts: rollouts,
    ...applications,
    proof: await prove(repository, known, { revision: revision.sha, good: good.sha, commit: built.commit, tree: built.tree }),
  }
}

/** Says beside a refusal what was found out all the same. */
export function refuseWith(found: Partial<SourceFacts>): (error: unknown) => never {
  return (error) => {
    throw error instanceof Refusal ? new Refusal(error.check, error.message, { found: { ...found, ...error.found } }) : error
  }
}

/** A ledger from before case was ignored may have the revert under the repository's name as it was spelled then. */
export function keyOf(
  { source, revertOf, spellingsOf, digest }: SourceQuestion & { source: GitSource },
  { name, baseBranch, culprits, paths }: Pick<Known, 'name' | 'baseBranch' | 'culprits' | 'paths'>,
): string {
  const scope = { baseBranch, culprits: culprits.map((commit) => commit.sha), paths }
  const keyUnder = (repository: string): string => revertKey({ ...scope, repository }, digest)
  const older = [spelledRepoURL(source.repoURL), ...spellingsOf(name)].map(keyUnder)
  return older.find((one) => revertOf(one) !== undefined) ?? keyUnder(name)
}

/** Before anything is pushed: what is not proven leaves this machine under no name. */
async function proveContent(
  repository: GitRepository,
  question: SourceQuestion & { source: GitSource },
  {
    commits,
    versions,
    ...known
  }: Revisions & Pick<Known, 'paths' | 'staying' | 'culprits'> & { versions: Versions; commits: RevertCommits },
): Promise<RevertContent> {
  const content = await proveRevert(question, versions, commits)
  // That files have to do is kept beside what they do not show: it may be all that who renders has said of what was pushed.
  if (content.provenBy === 'files') await insistOnFiles(repository, question, known).catch(refuseWith(content))
  return content
}

/** @throws Refusal P5, P6, P7, P10 where files do not show that the revert is N */
async function insistOnFiles(
  repository: GitRepository,
  question: SourceQuestion & { source: GitSource },
  known: Revisions & Pick<Known, 'paths' | 'staying' | 'culprits'>,
): Promise<void> {
  const [newest] = known.staying.slice(-1)
  if (newest) throw new Refusal('P5', `a later commit touches the same inputs, and the revert is not rendered: ${nameOf(newest)}.`)
  insistKnown(known)
  await insistUntouched(repository, known)
  await insistOnHistory(repository, question, known)
  await insistByFiles(repository, question, known)
}

/**
 * A sync that failed is in no history. Where N's own is not in it, what the ledger saw of N may be older than what brought it, and what
 * came in between would be taken for part of what failed. Where one of the commits has served already, N is back by hand.
 * @throws Refusal P6
 */
async function insistOnHistory(
  repository: GitRepository,
  { application, source, others }: SourceQuestion & { source: GitSource },
  { culprits, good, inputs }: Pick<Known, 'culprits'> & Pick<Revisions, 'good' | 'inputs'>,
): Promise<void> {
  if (culprits.length < 2) return
  const served = culprits.find(({ sha }) => others.some(({ outcome, revision }) => outcome === 'promoted' && revision === sha))
  if (served)
    throw new Refusal(
      'P6',
      `${nameOf(served)} has served here already, so the version before it was brought back by hand, and may be again.`,
    )
  for (const { revisions } of application.history) {
    const synced = asCommitSha(revisions[source.index])
    if (!synced || !(await repository.has(synced))) continue
    if ((await repository.newestTouching(synced, inputs))?.sha === good.sha) return
  }
  throw new Refusal(
    'P6',
    `no known sync of ${applicationName(application)} shows what brought the version before, and ${culprits.length} commits came since.`,
  )
}
