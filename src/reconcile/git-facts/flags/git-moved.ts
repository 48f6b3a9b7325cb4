import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import { changedParameters } from '../../../domain/application/applied-sources.ts'
import { asCommitSha, type CommitSha } from '../../../domain/application/commit.ts'
import type { GitSource } from '../../../domain/application/inputs.ts'
import { sameRevisions } from '../../../domain/application/mapping.ts'
import { KedgeError } from '../../../domain/errors.ts'
import { asksGit } from '../../../domain/release/end.ts'
import { flagsOf } from '../../../domain/release/flag-files.ts'
import type { Observation } from '../../../domain/release/observation.ts'
import type { Release } from '../../../domain/release/release.ts'
import { replicaSetOf } from '../../../domain/rollout/serving.ts'
import { isRenderedAlike } from '../../../domain/rollout/template.ts'
import type { Sealed } from '../../../domain/sealed.ts'
import type { Renderer } from '../../../ports/renderer.ts'
import type { Environment } from '../../environment.ts'
import { readLeft } from '../../fields/by-fields.ts'
import type { Look } from '../../look/observe.ts'
import { readRestored } from '../commit/app-commit.ts'
import { isSameForApp, onlySource, type SourceChoice } from '../commit/choose-source.ts'
import { readCulprits } from '../culprits/culprit-files.ts'
import { Refusal } from '../question/refusal.ts'
import { insistOnAnswer, revisionsAt } from '../question/renderings.ts'
import { flagsMoved } from './flags-moved.ts'

interface Answer {
  /** See `Observation.movedInGit`. */
  moved: boolean | 'by-parameters' | 'onward'
  /** Git could not be reached. */
  isFault: boolean
}

/** How long it is taken for unknown what Git could not be asked. */
const FAULT_LASTS_MS = 30_000

/** Whether the newest sync brought other inputs than a release's own, for the releases whose end depends on it. */
export interface GitMoved {
  /** What Git has answered, for what a look shows. An answer to an earlier sync is none. */
  readonly of: (look: Look) => Observation['movedInGit']
  /** Asks what {@link of} does not know. @returns whether anything was asked */
  ask(look: Look): Promise<boolean>
}

/**
 * See {@link GitMoved}. While Git cannot be reached, nothing is declared restored, and it is asked anew after a while; what Git will never
 * answer counts as moved.
 */
export function createGitMoved(environment: Environment): GitMoved {
  const { clock } = environment
  const answers = new Map<string, Answer & { token: string; until: number }>()
  const asking = ({ observation }: Look): readonly Release[] => {
    return [...observation.open, ...(observation.flags?.releases ?? [])].filter((release) => asksGit(release, observation))
  }

  function answerTo(look: Look, release: Release): Answer | undefined {
    const answer = answers.get(release.key)
    return answer?.token === tokenOf(look, release) && clock.elapsed() < answer.until ? answer : undefined
  }

  return {
    of: (look) => (release) => !asksGit(release, look.observation) || answerTo(look, release)?.moved,
    async ask(look) {
      for (const { key, state } of look.releases) if (state === 'ended') answers.delete(key)
      const unknown = asking(look).filter((release) => !answerTo(look, release))
      for (const release of unknown) {
        const answer = await hasMoved(environment, look, release)
        const until = answer.isFault ? clock.elapsed() + FAULT_LASTS_MS : Infinity
        answers.set(release.key, { token: tokenOf(look, release), ...answer, until })
      }
      return unknown.length > 0
    },
  }
}

/** What the answer depends on. */
function tokenOf(look: Look, release: Release): string {
  const { observation, applications } = look
  const [newest] = observation.syncs
  const spec = changedParameters(release.applied, newest ?? null) ? applications[0]?.sources.map(({ parameters }) => parameters) : null
  return JSON.stringify([applications[0]?.name, newest?.revisions, release.applied?.revisions, spec, isSeenAsAsked(look, release)])
}

/** Whether Argo CD was seen since N came back to find it as Git asks. */
function isSeenAsAsked({ observation: { replicaSets, version } }: Look, { stableHash, rolloutRevision }: Release): boolean {
  const stay = stableHash === null ? undefined : version(stableHash)?.stay
  return stay !== undefined && stay > rolloutRevision && stay === replicaSetOf(replicaSets, stableHash ?? undefined)?.rolloutRevision
}

/**
 * Whether the newest sync in the history was of an earlier commit than the release's own, which is not in there: the history holds no sync
 * that failed. A release that was rolled back in Argo CD is in there.
 */
async function isEarlier(choice: SourceChoice, newest: AppliedRevision, applied: AppliedRevision): Promise<boolean> {
  const source = await onlySource(choice)
  const { application, repositories } = choice
  if (!source || application.hydrator || application.history.some((entry) => sameRevisions(entry.revisions, applied.revisions)))
    return false
  const [early, late] = [asCommitSha(newest.revisions[source.index]), asCommitSha(applied.revisions[source.index])]
  const repository = await repositories.open(source.repoURL)
  if (!early || !late || !(await repository.has(early)) || !(await repository.has(late))) return false
  return repository.isAncestor(early, late)
}

/**
 * Whether all that N+1 had changed, but for what is only another Rollout's, is at the newest sync as it was made. A later commit of other
 * files or fields takes that back all the same where it renders N: an override for prod, a pin in an overlay. Where nobody renders it,
 * other fields may, and other files only where Argo CD was seen to find N as Git asks (`isAsked`): somebody may have made it run again.
 */
async function leavesItsFiles(renderer: Renderer, choice: SourceChoice, { newest, isAsked }: Since): Promise<boolean> {
  const { application, repositories, release } = choice
  const source = await onlySource(choice)
  const [good, revision] = [release.goodRevision, release.revision]
  const now = source && asCommitSha(newest.revisions[source.index])
  if (!source || application.hydrator || !good || !revision || !now) return false
  const repository = await repositories.open(source.repoURL)
  for (const sha of [good, revision, now]) if (!(await repository.has(sha))) return false
  const restored = await readRestored({ repository, source, application }, { good, revision })
  const { paths } = await readCulprits(repository, { application, release, revision, good, ...restored, restored: restored.firm })
  if (paths.length === 0) return false
  const left = await readLeft(repository, { good, bad: revision, paths }, now)
  if (left.result !== 'restorable') return false
  const isGood = await rendersGood(renderer, choice, { source, good, newest })
  return isGood === undefined ? left.files.length === 0 && !isAsked : !isGood
}

interface Since {
  newest: AppliedRevision
  isAsked: boolean
}

/** Whether the newest sync renders N's template; undefined where that cannot be told. @throws KedgeError E_RENDERER_* */
async function rendersGood(
  renderer: Renderer,
  { application, release }: SourceChoice,
  { source, good, newest }: { source: GitSource; good: CommitSha; newest: AppliedRevision },
): Promise<boolean | undefined> {
  const rollout = { namespace: release.namespace, name: release.rollout }
  const atGood = revisionsAt(application, source, { commit: good, applied: release.goodApplied ?? newest })
  const ask = async (revisions: readonly string[]): Promise<Sealed | undefined> => {
    const rendering = insistOnAnswer(await renderer.render({ application, revisions, rollout }))
    return rendering.result === 'rendered' ? rendering.rollout.template : undefined
  }
  const [before, now] = await Promise.all([ask(atGood), ask(newest.revisions)])
  return before && now && isRenderedAlike(before, now)
}

/** Whether all that has changed between two syncs are the Application's own parameters: Git itself asks for what it did. */
async function isByParameters(choice: SourceChoice, from: AppliedRevision, to: AppliedRevision): Promise<boolean> {
  const { sources } = to
  return changedParameters(from, to) && (await isSameForApp(choice, { ...from, ...(sources && { sources }) }, to))
}

async function hasMoved({ repositories, renderer }: Environment, look: Look, release: Release): Promise<Answer> {
  const [application] = look.applications
  const [newest] = look.observation.syncs
  const isFlags = flagsOf(release) !== undefined
  const known = (moved: Answer['moved']): Answer => ({ moved: isFlags && moved === true ? 'onward' : moved, isFault: false })
  if (!application || !newest || !release.applied) return known(true)
  try {
    const choice = { repositories, application, release }
    if (await isEarlier(choice, newest, release.applied)) return known(false)
    if (await isSameForApp(choice, release.applied, newest)) return known(false)
    if (isFlags) return { moved: await flagsMoved(choice, newest), isFault: false }
    if (await leavesItsFiles(renderer, choice, { newest, isAsked: isSeenAsAsked(look, release) })) return known(false)
    return known((await isByParameters(choice, release.applied, newest)) ? 'by-parameters' : true)
  } catch (error) {
    if (error instanceof Refusal) return known(true)
    if (error instanceof KedgeError) return { ...known(!error.retryable), isFault: error.retryable }
    throw error
  }
}
