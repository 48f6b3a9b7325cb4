import type { SeenAlert } from '../../domain/alert/alert.ts'
import { beganFirst, weighAlert, weighFlags } from '../../domain/alert/weigh.ts'
import { changedOutsideGit } from '../../domain/application/applied-sources.ts'
import { plain, type AppliedSync } from '../../domain/application/applied.ts'
import { KedgeError } from '../../domain/errors.ts'
import { isUnderWay } from '../../domain/release/burned.ts'
import type { FlagSync } from '../../domain/release/observation.ts'
import { matchesPath } from '../../domain/words/glob.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment } from '../environment.ts'
import { reduce } from '../git-facts/commit/app-commit.ts'
import { onlySource } from '../git-facts/commit/choose-source.ts'
import { Refusal } from '../git-facts/question/refusal.ts'
import { mayHaveChanged, type ReadSources } from '../git-facts/syncs/syncs-beside.ts'
import { isInHistory } from '../git-facts/syncs/syncs-seen.ts'
import { mergeInputs } from '../inputs/read-inputs.ts'

/** How long it is taken for unknown what Git could not be asked. */
const FAULT_LASTS_MS = 30_000
/** More files, or commits, of one sync are no change of flags that a person would look through at night. */
const MOST_FILES = 50
const MOST_COMMITS = 100

interface Answer {
  readonly sync: FlagSync | undefined
  readonly until: number
}

/** Whether the newest sync before an alert changed flags alone, for the Rollouts whose policy names flags. */
export interface FlagSyncs {
  /** What Git has answered, for what a look shows. */
  of(pass: Pass): (alert: SeenAlert) => FlagSync | undefined
  /** Whether Git has something to be asked. */
  isDue(pass: Pass): boolean
  /** When it is to be asked anew, by the clock's `elapsed`, as it did not answer. */
  dueAt(pass: Pass): number | undefined
  /** Asks what {@link of} does not know. @returns whether anything was asked */
  ask(pass: Pass): Promise<boolean>
  /** The Rollout of this key is gone. */
  forget(key: string): void
}

/** See {@link FlagSyncs}. Only while an alert fires that names no template: else nobody is asked anything. */
export function createFlagSyncs({ clock, repositories }: Pick<Environment, 'clock' | 'repositories'>): FlagSyncs {
  const answers = new Map<string, Map<string, Answer>>()
  const keyOf = ({ look: { ref } }: Pass): string => `${ref.cluster}/${ref.namespace}/${ref.name}`

  function answerTo(pass: Pass, alert: SeenAlert): Answer | undefined {
    const answer = answers.get(keyOf(pass))?.get(tokenOf(pass, alert))
    return answer && clock.elapsed() < answer.until ? answer : undefined
  }

  const unasked = (pass: Pass): readonly SeenAlert[] => alertsFor(pass).filter((alert) => !answerTo(pass, alert))

  return {
    of(pass) {
      const alerts = new Set(alertsFor(pass))
      return (alert) => (alerts.has(alert) ? answerTo(pass, alert)?.sync : undefined)
    },
    isDue: (pass) => unasked(pass).length > 0,
    dueAt(pass) {
      const untils = alertsFor(pass).flatMap((alert) => answerTo(pass, alert)?.until ?? [])
      const next = Math.min(...untils)
      return next === Infinity ? undefined : next
    },
    async ask(pass) {
      const asked = unasked(pass)
      const known = answers.get(keyOf(pass)) ?? new Map<string, Answer>()
      answers.set(keyOf(pass), known)
      const tokens = new Set(alertsFor(pass).map((alert) => tokenOf(pass, alert)))
      for (const token of known.keys()) if (!tokens.has(token)) known.delete(token)
      // However many fire, most of them ask the same.
      for (const [token, alert] of new Map(asked.map((one) => [tokenOf(pass, one), one]))) {
        const found = await findSync(pass, alert, { repositories })
        const until = found === 'unknown' ? clock.elapsed() + FAULT_LASTS_MS : Infinity
        known.set(token, { sync: found === 'unknown' ? undefined : found, until })
      }
      return asked.length > 0
    },
    forget: (key) => void answers.delete(key),
  }
}

/** Those that fire, and name no template: it was promoted too long ago, or nobody has seen that. */
function alertsFor({ look, policy }: Pass): readonly SeenAlert[] {
  const { alerts, open, flags } = look.observation
  const others = flags?.releases.filter(({ state }) => state !== 'ended') ?? []
  const { bakeMs } = policy
  if (policy.flags.length === 0 || bakeMs <= 0 || !look.rollout || look.applications.length !== 1) return []
  if (!alerts || isUnderWay([...open, ...others], look.observation, policy)) return []
  const isNobodys = (alert: SeenAlert): boolean =>
    ['after-window', 'not-seen-promoted'].includes(weighAlert(alert, look.observation, policy).verdict)
  return alerts.alerts.filter((alert) => isNobodys(alert) && within(look.observation.syncs, alert, bakeMs).length > 0)
}

/** What the answer depends on: of the alert, in the windows of which syncs it began, and whether it may name those. */
function tokenOf(pass: Pass, alert: SeenAlert): string {
  const { look, policy } = pass
  const syncs = look.observation.syncs.map(({ revisions, startedAt, endedAt }) => [revisions, startedAt, endedAt])
  const own = within(look.observation.syncs, alert, policy.bakeMs).map(({ sync }) => [sync.endedAt, verdictOn(sync, alert, pass)])
  return JSON.stringify([own, syncs, policy.flags, policy.bakeMs, look.applications[0]?.uid])
}

function verdictOn({ endedAt = Infinity }: AppliedSync, alert: SeenAlert, { look, policy }: Pick<Pass, 'look' | 'policy'>): string {
  return weighFlags(alert, look.observation, policy, endedAt).verdict
}

/** Syncs, newest first, in whose window an alert began; each with that before it. */
function within(syncs: readonly AppliedSync[], alert: SeenAlert, bakeMs: number): readonly { sync: AppliedSync; before: AppliedSync }[] {
  const began = beganFirst(alert)
  return syncs.flatMap((sync, at) => {
    const before = syncs[at + 1]
    const isIn = sync.endedAt !== undefined && began > sync.endedAt && began <= sync.endedAt + bakeMs
    return before && isIn ? [{ sync, before }] : []
  })
}

async function findSync(
  { look, policy }: Pass,
  alert: SeenAlert,
  { repositories }: Pick<Environment, 'repositories'>,
): Promise<FlagSync | undefined | 'unknown'> {
  const [application] = look.applications
  if (!application) return undefined
  const choice = { application, repositories }
  try {
    for (const { sync, before } of within(look.observation.syncs, alert, policy.bakeMs)) {
      if (!(await mayHaveChanged(choice, before, sync))) continue
      if (!isInHistory(application, before) || !isInHistory(application, sync)) return undefined
      if (verdictOn(sync, alert, { look, policy }) !== 'burn') return undefined
      const files = await flagFiles(choice, { before, sync }, policy.flags)
      return files && { sync, before: plain(before), appliedAt: sync.endedAt ?? Infinity, files }
    }
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    if (error instanceof KedgeError) return error.retryable ? 'unknown' : undefined
    throw error
  }
}

/**
 * The files that a sync changed of what the Application is made of, where every one is a file of flags; undefined where one is not. What
 * its commits made and took back, or moved on, was never applied, and is none of them.
 */
async function flagFiles(
  choice: ReadSources,
  { before, sync }: { before: AppliedSync; sync: AppliedSync },
  globs: readonly string[],
): Promise<readonly string[] | undefined> {
  const source = await onlySource(choice)
  if (!source || changedOutsideGit(before, sync) !== undefined) return undefined
  const repository = await choice.repositories.open(source.repoURL)
  const reader = { ...choice, source, repository }
  const [from, to] = [await reduce(reader, before), await reduce(reader, sync)]
  if (!from || !to || !(await repository.isAncestor(from.commit.sha, to.commit.sha))) return undefined
  const inputs = mergeInputs(from.inputs, to.inputs)
  const commits = await repository.commitsTouching(from.commit.sha, to.commit.sha, inputs)
  if (commits.length === 0 || commits.length > MOST_COMMITS) return undefined
  const changed = await repository.differingPaths(from.commit.sha, to.commit.sha, inputs)
  const isFlag = (path: string): boolean => globs.some((glob) => matchesPath(path, glob))
  return changed.length > 0 && changed.length <= MOST_FILES && changed.every(isFlag) ? changed : undefined
}
