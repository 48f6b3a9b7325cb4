import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { gitSources } from '../../domain/application/inputs.ts'
import { isSameRepository } from '../../domain/application/repo-url.ts'
import type { Mark, Quarantine } from '../../domain/quarantine/quarantine.ts'
import type { PullRequest } from '../../ports/forge.ts'
import type { Environment } from '../environment.ts'
import { inputsAt } from '../git-facts/commit/app-commit.ts'
import { mergeInputs } from '../inputs/read-inputs.ts'
import type { Look } from '../look/observe.ts'
import { readSign, type Change, type ChangeReader, type Sign } from './brings.ts'
import type { Heads } from './heads.ts'

/** Older commits since the one that failed are not looked at one by one: the newest say what stands now. */
const MOST_COMMITS = 50

/** Reads a change, or remembers what was read of it. */
type SignOf = (change: Change) => Promise<Sign>

/** The Application's repository of a quarantine, open to be read; undefined where the Application reads it no more. */
export async function openReader(
  environment: Environment,
  { applications, observation }: Look,
  one: Quarantine,
): Promise<ChangeReader | undefined> {
  const [application] = applications
  const source = application && gitSources(application).find(({ repository }) => isSameRepository(repository, one.repository))
  if (applications.length !== 1 || !application || !source || !environment.allowsRepository(source.repoURL)) return undefined
  const repository = await environment.repositories.open(source.repoURL)
  return { repository, source, application, renderer: environment.renderer, applied: observation.syncs[0] ?? null }
}

/** Signs that were read, by quarantine and change: neither ever changes. */
export type Signs = Map<string, Map<string, Sign>>

/**
 * What is to be said of commits: those of the branch since the one that failed, and the heads of open PRs. Empty where all of it is said.
 * @throws KedgeError E_GIT_*, E_RENDERER_*
 */
export async function readMarks(reader: ChangeReader, one: Quarantine, heads: Heads, signs: Signs): Promise<readonly Mark[]> {
  const kept = signs.get(signsKey(one)) ?? new Map<string, Sign>()
  signs.set(signsKey(one), kept)
  const signOf: SignOf = async (change) => {
    const key = `${change.before}..${change.after}`
    if (!kept.has(key)) kept.set(key, await readSign(reader, one, change))
    return kept.get(key)
  }
  const { head, pulls } = heads
  if (!head) return []
  const found = [...(await ofBranch(reader, one, { head, signOf })), ...(await ofPulls(reader, one, { head, signOf, pulls }))]
  return found.filter((mark) => !one.marks.some((known) => known.commit === mark.commit && known.brings === mark.brings))
}

/** What a sign is read by: another failure of it may have come with another commit. */
export function signsKey({ key, culprit, images }: Quarantine): string {
  return `${key} ${culprit} ${images.join(' ')}`
}

/** The commit that brought it back and was not undone since; where one took it out, that one. */
async function ofBranch(
  reader: ChangeReader,
  one: Quarantine,
  { head, signOf }: { head: CommitSha; signOf: SignOf },
): Promise<readonly Mark[]> {
  const { repository } = reader
  const since = await startOf(reader, one, head)
  if (!since || since === head) return []
  const inputs = mergeInputs(await inputsAt(reader, since), await inputsAt(reader, head))
  const commits = (await repository.commitsTouching(since, head, inputs)).slice(-MOST_COMMITS)
  let brought: CommitSha | undefined
  let removed: CommitSha | undefined
  const innocent = new Set<CommitSha>()
  // What brought it back may have failed, too: then it is from there that the branch is read.
  const wasBrought = one.marks.some(({ pullRequest, brings }) => pullRequest === null && brings)
  for (const { sha, parents } of commits) {
    const [before] = parents
    const sign = before && (await signOf({ before, after: sha }))
    if (sign === 'brings') [brought, removed] = [sha, undefined]
    else innocent.add(sha)
    if (sign === 'removes' && (brought ?? wasBrought)) removed ??= sha
  }
  const isRed = (commit: CommitSha): boolean => one.marks.some((mark) => mark.commit === commit && mark.brings)
  return [
    ...(brought && !removed ? [markOf(brought, null, true)] : []),
    ...(removed && wasBrought ? [markOf(removed, null, false)] : []),
    ...[...innocent].filter((sha) => sha !== removed && isRed(sha)).map((sha) => markOf(sha, null, false)),
  ]
}

/** From where the branch is read: the commit that failed, or where a branch that was pushed by force has left its history. */
async function startOf({ repository }: ChangeReader, { culprit }: Quarantine, head: CommitSha): Promise<CommitSha | undefined> {
  return culprit !== null && (await repository.has(culprit)) ? repository.mergeBase(culprit, head) : undefined
}

/** The head of each PR that brings it back, and of each that did and does no more. */
async function ofPulls(
  { repository }: ChangeReader,
  one: Quarantine,
  { head, signOf, pulls }: { head: CommitSha; signOf: SignOf; pulls: readonly PullRequest[] },
): Promise<readonly Mark[]> {
  const marks: Mark[] = []
  for (const { number, headSha } of pulls) {
    const after = asCommitSha(headSha)
    if (!after || !(await repository.has(after))) continue
    const before = await repository.mergeBase(head, after)
    const brings = before !== undefined && before !== after && (await signOf({ before, after })) === 'brings'
    const wasRed = one.marks.some(({ pullRequest, brings: red }) => pullRequest === number && red)
    if (brings || wasRed) marks.push(markOf(after, number, brings))
  }
  return marks
}

function markOf(commit: CommitSha, pullRequest: number | null, brings: boolean): Mark {
  return { commit, pullRequest, brings }
}
