import { isInput, type ReadFile } from '../world/manifests.ts'
import type { World } from '../world/world.ts'
import { factsOf, keyAt, rolloutsOf, touches, type FailureFacts } from './facts.ts'
import { wronged } from './leaves.ts'
import { isOthersOwn, tornIn } from './own.ts'
import { remainsOf } from './remains.ts'

/** A revert PR as it stands on the forge when it is opened. */
export interface OpenedPull {
  number: number
  at: number
  commit: string
  base: string
  culprits: readonly string[]
  paths: readonly string[]
  body: string
}

/** How long after something has changed a PR may still be opened for what was before, milliseconds: no look is without an age. */
const RACE_MS = 2_500

/** Reads a PR off the repository: what it reverts stands in the last lines of its commit. */
export function readPull(world: World, { branch, number, body }: { branch: string; number: number; body: string }): OpenedPull {
  const { repository, clock } = world
  const commit = repository.remote.branch(branch) ?? ''
  const stored = repository.store.commit(commit)
  const culprits = [...(stored?.body ?? '').matchAll(/^This reverts commit ([0-9a-f]{40})/gm)].map(([, sha = '']) => sha)
  return { number, at: clock.now(), commit, base: stored?.parents[0] ?? '', culprits, paths: repository.changed(commit), body }
}

export interface Judged {
  /** The failures that it is right for. */
  rightFor: readonly FailureFacts[]
  /** Why it is right for none; undefined when it is for one. */
  wrong: string | undefined
}

/** Whether a PR that is opened now is right for a Rollout that fails now. `nameOf`: what Kedge calls a cluster, where it knows it. */
export function judgePull(world: World, pull: OpenedPull, nameOf: (cluster: string) => string | undefined = (cluster) => cluster): Judged {
  const failing = rolloutsOf(world).flatMap(({ application, rollout }) => {
    const failure = rollout.failures.at(-1)
    const isNow = failure !== undefined && (failure.until === undefined || failure.until > pull.at - RACE_MS)
    return isNow ? [factsOf(world, application, rollout, failure)] : []
  })
  const faults = failing.map((facts) => ({ facts, fault: whyWrong(world, pull, facts) }))
  const fitting = faults.flatMap(({ facts, fault }) => (fault === undefined ? [facts] : []))
  // Another's PR has given it N in Git a moment ago: this one, on top of that, is not for it.
  const changed = fitting.filter((facts) => keyAt(world, facts, pull.base) !== keyAt(world, facts, pull.commit))
  const rightFor = changed.length > 0 ? changed : fitting
  const unnamed = rightFor.length > 0 ? unnamedIn(world, { pull, rightFor, nameOf }) : undefined
  if (rightFor.length > 0) return { rightFor, wrong: unnamed }
  const closest = faults.find(({ facts }) => keyAt(world, facts, pull.base) !== keyAt(world, facts, pull.commit)) ?? faults[0]
  return { rightFor, wrong: closest?.fault ?? 'nothing fails' }
}

function whyWrong(world: World, pull: OpenedPull, facts: FailureFacts): string | undefined {
  const { failure, rollout } = facts
  const { repository } = world
  if (failure.asked.by === 'hand' && !isAskedSince(world, pull, facts)) return 'what fails was made by hand'
  if (failure.asked.by === 'rollback' && !isAskedSince(world, pull, facts)) return 'what fails was brought by argocd app rollback'
  const { tag, changedAt } = facts.application
  if (tag !== undefined && changedAt <= pull.at - RACE_MS) return 'its Application follows a tag, which no PR changes'
  if (failure.stableBy === 'hand') return 'N was made by hand'
  if (!rollout.ran.some(({ key }) => key === failure.stable)) return 'N never ran Healthy'
  if (keyAt(world, facts, pull.commit) !== failure.stable) return 'it restores something else than N'
  const heads = [repository.head(), repository.headAt(pull.at - RACE_MS)]
  if (!heads.some((head) => head !== undefined && keyAt(world, facts, head) === failure.key)) return 'Git does not ask for what fails'
  const torn = tornIn(world, pull, facts)
  if (torn !== undefined) return `${torn} stays, while what came with it goes back`
  const wrong = whyWrongCulprits(world, pull, facts) ?? whyWrongFiles(world, pull, facts)
  const remains = remainsOf(world, pull, facts)
  return wrong ?? (remains && `it leaves of the release: ${remains}`)
}

/**
 * Whether the branch came to ask for what people had brought by hand, or by `argocd app rollback`, after that, by taking back what had come
 * since: Argo CD has nothing to do for it, and it is Git's wish by the commit that was synced for it before.
 */
function isAskedSince(world: World, { at }: OpenedPull, facts: FailureFacts): boolean {
  const { failure, began, maker } = facts
  const asksAt = (when: number): boolean => keyAt(world, facts, world.repository.headAt(when) ?? '') === failure.key
  // Without a commit that made it, which commits are in it is judged by nothing.
  return began !== undefined && maker !== undefined && !asksAt(failure.from) && asksAt(at)
}

const short = (world: World, sha: string): string => `“${world.repository.store.commit(sha)?.subject ?? sha}”`

/**
 * What failed was there by hand already when the sync of a commit that asks for the very same was under way: by the time of the PR it is
 * what Git asks for by that commit.
 */
function asksForItToo(world: World, { at }: OpenedPull, facts: FailureFacts, sha: string): boolean {
  const isSynced = facts.application.applied.some((applied) => applied.revision === sha && applied.at <= at)
  const [parent] = world.repository.store.commit(sha)?.parents ?? []
  const brings = keyAt(world, facts, sha) === facts.failure.key && (!parent || keyAt(world, facts, parent) !== facts.failure.key)
  return isSynced && brings
}

/** What came before it is what fails: it has only brought files back to what they are at N, and a PR leaves that as it is. */
function tookBack({ repository }: World, { application, before }: FailureFacts, maker: string): boolean {
  const inputs = repository.changed(maker).filter((path) => isInput(application.folder, path))
  return before !== undefined && inputs.every((path) => repository.at(maker)(path) === repository.at(before.revision)(path))
}

/**
 * The commits of which a PR has to name one: that which made what fails, of those that the PR goes on top of, as one that a push by force
 * has dropped makes nothing any more; or, where it has only taken back what came after what fails, the one before that made it.
 */
function makersUnder(world: World, { base }: OpenedPull, facts: FailureFacts): readonly string[] {
  const { repository } = world
  const { application, between, failure, maker } = facts
  const onBranch = repository.store.reachable(base)
  const isIt = (sha: string | undefined): boolean => sha !== undefined && keyAt(world, facts, sha) === failure.key
  const makers = between.filter((sha) => onBranch.has(sha) && isIt(sha) && !isIt(repository.store.commit(sha)?.parents[0]))
  const [last, former] = makers.toReversed()
  if (last === undefined) return maker === undefined ? [] : [maker]
  const inputs = repository.changed(last).filter((path) => isInput(application.folder, path))
  const then = between.slice(0, between.indexOf(last)).findLast(isIt)
  const isBack = then !== undefined && inputs.every((path) => repository.at(last)(path) === repository.at(then)(path))
  return isBack && former !== undefined ? [last, former] : [last]
}

function whyWrongCulprits(world: World, pull: OpenedPull, facts: FailureFacts): string | undefined {
  const { application, between, newest } = facts
  const { culprits } = pull
  const makers = makersUnder(world, pull, facts)
  const [maker] = makers
  if (maker === undefined) return undefined
  if (!makers.some((one) => culprits.includes(one)) && !tookBack(world, facts, maker))
    return `the commit that made it is not among the culprits: ${short(world, maker)}`
  const others = culprits.find((sha) => isOthersOwn(world, facts, sha))
  if (others !== undefined) return `a commit of another Rollout's own is among the culprits: ${short(world, others)}`
  const innocent = culprits.find((sha) => !between.includes(sha) && !asksForItToo(world, pull, facts, sha))
  if (innocent === undefined) return undefined
  const isLater = newest !== undefined && world.repository.between(newest.revision, world.repository.head()).some((sha) => sha === innocent)
  const which = !touches(world, application, innocent) ? 'that nothing is rendered from' : isLater ? 'that came after' : 'from before'
  return `an innocent commit ${which} is among the culprits: ${short(world, innocent)}`
}

/** Each file must come back to what it was, and nobody else's change of it may go. */
function whyWrongFiles(world: World, pull: OpenedPull, facts: FailureFacts): string | undefined {
  const { repository } = world
  const { before } = facts
  if (!before) return undefined
  const good = newestOnBranch(world, pull, facts) ?? before.revision
  const since = repository.between(good, pull.base)
  for (const path of pull.paths) {
    const changes = since.filter((commit) => repository.changed(commit).includes(path))
    if (!changes.some((commit) => pull.culprits.includes(commit))) return `no culprit has changed ${path}`
    const isBack = repository.at(pull.commit)(path) === repository.at(good)(path)
    const isTheirsAlone = changes.every((commit) => pull.culprits.includes(commit))
    if (isTheirsAlone && !isBack) return `it gives ${path} another state than N's`
    if (isTheirsAlone) continue
    const wrong = wronged({
      path,
      good: repository.at(before.revision),
      base: repository.at(pull.base),
      made: repository.at(pull.commit),
      changes: changes.map((commit) => ({ commit, before: beforeIt(world, commit), after: repository.at(commit) })),
      isCulprit: (commit) => pull.culprits.includes(commit),
    })
    if (wrong) return `it ${wrong.how === 'taken' ? 'takes back' : 'leaves'} what ${short(world, wrong.commit)} did to ${path}`
  }
  return undefined
}

/**
 * What last applied N and is on the branch: one that a push by force has dropped came of what it failed to take back, and is no commit that
 * others are counted from.
 */
function newestOnBranch(world: World, { base }: OpenedPull, { application, rollout, failure, before }: FailureFacts): string | undefined {
  const reachable = world.repository.store.reachable(base)
  const upTo = application.applied.filter(({ at }) => before !== undefined && at <= before.at)
  const bringsN = upTo.filter(({ keys, revision }) => keys.get(rollout.owner.name) === failure.stable && reachable.has(revision))
  return bringsN.at(-1)?.revision
}

const beforeIt = (world: World, commit: string): ReadFile => world.repository.at(world.repository.store.commit(commit)?.parents[0] ?? '')

/** How late a watch may be that is silent for a while, milliseconds: what an Application was before is all that is known until then. */
const LATE_MS = 8_000

/** What is merged into `main` is nothing to one that follows a tag; one that is deleted, or just back, is nobody's to name. */
function isAside({ tag, changedAt, isGone }: World['applications'][number], at: number): boolean {
  return tag !== undefined || isGone || changedAt > at - LATE_MS
}

/** Whatever else changes by the revert has to be named to people; one of several that are called the same, by its cluster. */
function unnamedIn(
  world: World,
  { pull, rightFor, nameOf }: { pull: OpenedPull; rightFor: readonly FailureFacts[]; nameOf: (cluster: string) => string | undefined },
): string | undefined {
  for (const { application, rollout } of rolloutsOf(world)) {
    if (isAside(application, pull.at) || rightFor.some((facts) => facts.rollout === rollout)) continue
    const [before, after] = [pull.base, pull.commit].map(
      (commit) => world.repository.rendered(application.folder, commit)?.rollouts.get(rollout.owner.name)?.key,
    )
    if (before === after) continue
    // One of another Application is told by that. One of the own that is there has a name that can be told. Of one that is gone nobody may
    // know any more, where nothing renders what it was in: that what its Application made of the files comes back is all that can be said.
    const isNameless = rollout.isGone || rightFor.some((facts) => facts.application !== application)
    const name = `${rollout.owner.namespace}/${rollout.owner.name}`
    const isTold = isWord(name, textOn(rollout.cluster, { body: pull.body, name, nameOf }))
    if (!isTold && !(isNameless && isWord(`argocd/${application.name}`, pull.body)))
      return `it changes ${application.name}/${rollout.owner.name}, too, and does not say so`
  }
  return undefined
}

/** What a PR says of a name in one cluster: not where it names those that failed, but for its own. */
function textOn(
  cluster: string,
  { body, name, nameOf }: { body: string; name: string; nameOf: (cluster: string) => string | undefined },
): string {
  const own = `\`${name}\` (cluster \`${nameOf(cluster) ?? ''}\`)`
  const ofOthers = body.replaceAll(/`[\w./-]+` \(cluster `[\w-]+`\)/g, (named) => (named === own ? named : ''))
  return ofOthers.replaceAll(/finds the running version of .* wanted again/g, '')
}

/** Not as a part of a path or of a longer name. */
function isWord(name: string, text: string): boolean {
  return new RegExp(`(?<![\\w./-])${name}(?![\\w/-]|\\.\\w)`).test(text)
}
