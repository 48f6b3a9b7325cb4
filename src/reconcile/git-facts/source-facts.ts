import type { GitCommit } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import type { CheckId } from '../../domain/decision/check.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import type { Release } from '../../domain/release/release.ts'
import type { GitRepository } from '../../ports/git.ts'
import { withoutAdded } from './added-since.ts'
import { toldLater } from './by-files.ts'
import { chooseSource, onlySource } from './choose-source.ts'
import { imageCommits } from './image-commits.ts'
import { weighLater } from './later-commits.ts'
import { backToOlder, type OlderQuestion } from './older-states.ts'
import { withoutOthersCommits } from './own-commits.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'
import { revisionsAt } from './renderings.ts'
import { readChanges, readRestore } from './restore-facts.ts'
import { readBranch, readRevisions, type Branch, type Revisions } from './revisions.ts'
import { readRewritten } from './rewritten.ts'
import { syncsBeside } from './syncs-beside.ts'
import { isTold, tellByContent, type Told } from './told-by-content.ts'
import { tellByDifference } from './told-by-difference.ts'
import { refuseInnocent, refuseOlder, renderAt, type Versions } from './versions.ts'
import { settleCandidates } from './worked-out.ts'

const NOTHING: SourceFacts = {
  refusal: null,
  repoURL: null,
  repository: null,
  baseBranch: null,
  head: null,
  inputs: [],
  revision: null,
  good: null,
  culprits: [],
  backToOlder: [],
  tooMuchForOlder: null,
  imageCommits: null,
  brought: null,
  goodStandsIn: false,
  later: [],
  staying: [],
  byFields: [],
  notByFields: null,
  restoredInGit: false,
  overtaken: false,
  paths: [],
  leftOut: { paths: [], commits: [] },
  irreversible: [],
  otherFiles: [],
  otherApplications: [],
  otherRollouts: [],
  untoldApplications: [],
  revertKey: null,
  branch: null,
  proof: null,
  provenBy: null,
  notRendered: null,
  changedFields: null,
  conflicts: [],
  syncsBeside: null,
  dropped: [],
}

/** What is known when Git could not be asked at all. */
export function refusedSource(check: CheckId, reason: string): SourceFacts {
  return { ...NOTHING, refusal: { check, reason } }
}

/**
 * Asks Git everything that the decision needs about a failed release, as far as it can be answered: branch, N+1's commit, N's commit,
 * the culprits between them, later commits, what a restore would change, and its proof.
 * @throws KedgeError E_GIT_*, E_REPOSITORY_NOT_ALLOWED for faults; what Git cannot answer comes back as `refusal`
 */
export async function gatherSource(question: SourceQuestion): Promise<SourceFacts> {
  const facts: Partial<SourceFacts>[] = []
  const keep = <Part extends Partial<SourceFacts>>(part: Part): Part => {
    facts.push(part)
    return part
  }
  const open = async (source: GitSource): Promise<{ source: GitSource; repository: GitRepository; branch: Branch }> => {
    keep({ repoURL: source.repoURL, repository: source.repository })
    const repository = await question.repositories.open(source.repoURL)
    return { source, repository, branch: keep(await readBranch(repository, source)) }
  }
  try {
    const only = await onlySource(question)
    renderAhead(question, only)
    const opened = only && (await open(only))
    const reader = opened && { ...question, ...opened }
    const told = await tellByContent(question, reader)
    const brought = told?.brought ?? (await tellByDifference(question, reader)) ?? (await toldLater(question, reader))
    const begun = { ...question, release: { ...question.release, ...brought } }
    keep({ syncsBeside: await syncsBeside(begun) })
    const { source, laterElsewhere } = await chooseSource(begun)
    const { repository, branch } = opened ?? (await open(source))
    const { dropped, ...inItsPlace } = await readRewritten({ ...begun, repository, source }, branch.head)
    keep({ dropped })
    const asked = { ...begun, release: { ...begun.release, ...inItsPlace } }
    const isRendered = told !== undefined || isTold(asked.release)
    const found = keep(await readRevisions({ ...asked, repository, source }, branch.head, told))
    const whole = keep(await withoutOthersCommits({ ...asked, repository, source }, found, isRendered))
    const settled = await settleCandidates({ ...asked, repository, source }, whole, isRendered)
    const revisions = keep(isRendered ? settled : await withoutAdded(repository, asked.release, { head: branch.head, ...settled }))
    keep({ inputs: revisions.restored })
    const applied = revisions.beganWith ?? brought?.applied
    if (applied) keep({ brought: { applied, goodApplied: asked.release.goodApplied, told: howTold(told, revisions) } })
    const between = keep(await readChanges(repository, asked, { head: branch.head, laterElsewhere, ...revisions }))
    keep({ revision: madeBy(revisions, between) })
    const since = { head: branch.head, laterElsewhere, isRendered }
    const { versions, texts, ...weighed } = await weighLater(repository, { ...asked, source }, { ...revisions, ...between, ...since })
    const changes = { ...between, ...keep(weighed) }
    const files = changes.paths.map((path) => ({ path, glob: false }))
    const among = { commits: changes.culprits, files, others: question.others, release: asked.release }
    if (versions) keep(await backToOlder(repository, { ...among, templateAt: templatesOf({ ...asked, source }, versions) }))
    if (versions) keep({ imageCommits: await imageCommits(repository, among) })
    if (versions) await refuseOlder({ ...asked, source }, versions, changes.culprits)
    if (versions && !told && !isTold(asked.release)) await refuseInnocent({ ...asked, source }, versions, changes.culprits)
    keep(
      await readRestore(
        repository,
        { ...asked, source },
        { name: source.repository, versions, texts, ...branch, ...revisions, ...changes },
      ),
    )
    return assemble(facts, null)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return assemble([...facts, error.found], { check: error.check, reason: error.message })
  }
}

function templatesOf(question: SourceQuestion & { source: GitSource }, { by }: Versions): OlderQuestion['templateAt'] {
  if (by === 'files') return undefined
  return async (commit) => {
    const told = await renderAt(question, commit, question.release.applied)
    return told.result === 'rendered' ? told.rollout.template : undefined
  }
}

/** A server has to fetch a commit that it has not seen: the one that was pushed is asked for while Git is. The answer waits. */
function renderAhead({ pushed, application, release, renderings }: SourceQuestion, only: GitSource | undefined): void {
  if (!pushed || !only) return
  void renderings.at(revisionsAt(application, only, { commit: pushed, applied: release.applied })).catch(() => undefined)
}

/** N+1's commit may be one of another Rollout's own, which stays and is nobody's fault. */
function madeBy({ revision }: Revisions, { culprits, leftOut }: Pick<SourceFacts, 'culprits' | 'leftOut'>): GitCommit {
  const isLeftOut = leftOut.commits.some(({ sha }) => sha === revision.sha)
  return (isLeftOut ? culprits.at(-1) : undefined) ?? revision
}

function howTold(told: Told | undefined, { goodStandsIn }: Revisions): NonNullable<Release['told']> {
  if (!told) return 'by-clocks'
  return goodStandsIn ? 'stands-in' : 'by-rendering'
}

/** The answers as one, as far as they go. */
export function assemble(found: readonly Partial<SourceFacts>[], refusal: SourceFacts['refusal']): SourceFacts {
  const all: Partial<SourceFacts> = Object.assign({}, ...found)
  return { ...NOTHING, ...all, refusal }
}
