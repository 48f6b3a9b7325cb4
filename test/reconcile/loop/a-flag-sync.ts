import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { SeenAlert } from '../../../src/domain/alert/alert.ts'
import { appliedSyncs } from '../../../src/domain/application/applied.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import { createFlagSyncs } from '../../../src/reconcile/loop/flag-syncs.ts'
import type { Origin } from '../../contract/git/origin.ts'
import { AT } from '../../domain/an-attempt.ts'
import { anAlert } from '../../domain/release/a-look.ts'
import { createMemoryRepository } from '../../histories/git/memory-repository.ts'
import { createRemoteAt } from '../../histories/git/remote-at.ts'
import { stageApplication, type StagedApplication } from '../../simulation/application.ts'
import { SOURCE } from '../../simulation/flags-stage.ts'

export const HOUR = 3_600_000
export const FLAG = 'apps/web/flags/a.yaml'
const REF = { cluster: 'east', namespace: 'shop', name: 'web' }
/** The last sync ends at `AT`, and one before it each hour; an alert begins a minute after. */
export const ALERT = anAlert({ beganAt: AT + 60_000 })

type Files = Readonly<Record<string, string>>

/** What is otherwise than by default: one sync that changes one flag, and an alert. */
export interface Given {
  /** What each sync after the first one commits beside what is there: one commit each, or several. */
  commits?: readonly (readonly Files[])[]
  /** How many files of flags the sync changes, where it matters. */
  files?: number
  /** How many commits there are between the syncs, where it matters. */
  count?: number
  /** The last sync is of the first commit again, or of one that nobody has. */
  last?: 'first' | 'unknown'
  change?: (application: StagedApplication) => void
  fault?: Error
  alerts?: readonly SeenAlert[]
  policy?: object
  observation?: Partial<Observation>
  look?: object
}

let made = 0
/** No two commits are alike. */
export const unique = (): string => `${(made += 1)}`

/** So many files of flags, none as it was before. */
const flagsOf = (count: number): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`apps/web/flags/${at}.yaml`, unique()]))

/** An Application that was synced an hour apart. */
function synced(origin: Origin, { files, commits, change, last }: Given): ApplicationSnapshot {
  const syncs = commits ?? [[files === undefined ? { [FLAG]: 'on' } : flagsOf(files)]]
  const now = { at: AT - syncs.length * HOUR }
  const staged = stageApplication({ now: () => now.at, nextVersion: () => 1 }, { sources: [SOURCE] })
  const first = origin.commit({ 'apps/web/rollout.yaml': unique(), [FLAG]: 'off' })
  staged.sync(first)
  change?.(staged)
  for (const sync of syncs) {
    now.at += HOUR
    staged.sync(sync.map((one) => origin.commit(one)).at(-1) ?? (last === 'first' ? first : 'f'.repeat(40)))
  }
  const application = readApplication('east', staged.object())
  if (!application) throw new Error('no Application')
  return application
}

/** The repository, which tells of so many commits, where that matters. */
async function repositoryOf(origin: Origin, url: string, count: number | undefined, revision: string): Promise<GitRepository> {
  const repository = createMemoryRepository(url, createRemoteAt(origin.dir))
  const commit = await repository.commit(revision as CommitSha)
  return count === undefined ? repository : { ...repository, commitsTouching: async () => Array.from({ length: count }, () => commit) }
}

/** A Rollout whose Application was synced an hour apart, and what is asked about its flags. */
export function aFlagSync(origin: Origin, given: Given = {}) {
  const clock = createVirtualClock(0)
  const application = synced(origin, given)
  const syncs = appliedSyncs(application, REF)
  let opened = 0
  const faults = { now: given.fault }
  const open = async (url: string): Promise<GitRepository> => {
    opened += 1
    if (faults.now) throw faults.now
    return repositoryOf(origin, url, given.count, syncs[0]?.revisions[0] ?? '')
  }
  const pass = ({ alerts = [ALERT], policy, observation, look }: Given = given): Pass => {
    const seen = { alerts: { askedAt: AT, fault: undefined, alerts }, open: [], past: [], replicaSets: [], syncs }
    const serving = { state: 'in-step', current: { podTemplateHash: 'good', rolloutRevision: 1 } }
    return {
      look: { ref: REF, rollout: {}, applications: [application], observation: { ...seen, serving, ...observation }, ...look },
      policy: { flags: ['apps/*/flags/**'], bakeMs: HOUR, ...policy },
    } as unknown as Pass
  }
  const flags = createFlagSyncs({ clock, repositories: { open } })
  const asked = async (of: Given = given) => {
    const [seen, before] = [pass(of), opened]
    const isAsked = await flags.ask(seen)
    return { isAsked, found: (of.alerts ?? [ALERT]).map((alert) => flags.of(seen)(alert)), opened: opened - before }
  }
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, async () => undefined)
  return { flags, pass, asked, wait, syncs, faults }
}
