import { normaliseRepoURL } from '../../domain/application/repo-url.ts'
import type { Effect, EffectAction } from '../../domain/effect.ts'
import type { ForgeLimit } from '../../ports/forge.ts'
import type { Environment } from '../environment.ts'

/** So much of what a forge takes is left to other programmes that use the same account. */
const LEFT_TO_OTHERS = 1 / 8
/** How much of it those may take that only say something: half is left to reverts, and half of the rest to what tells of a failure. */
const SHARE: Readonly<Partial<Record<EffectAction['type'], number>>> = {
  'mark-commit': 0.5,
  'announce-release': 0.5,
  'show-deployment': 0.25,
}

type Cost = Readonly<Record<ForgeLimit['of'], number>>

const NOTHING: Cost = { content: 0, comments: 0 }

/** What one try makes at most. A branch is pushed and deleted by Git, which is not counted; what is only read, neither. */
const COST: Readonly<Record<EffectAction['type'], Cost>> = {
  // The pull request, labels, reviewers, and its body once more where a storm names it.
  'open-revert': { content: 4, comments: 0 },
  'close-revert': { content: 2, comments: 1 },
  'delete-branch': NOTHING,
  'trace-release': NOTHING,
  'trace-source': NOTHING,
  'read-images': NOTHING,
  'read-pods': NOTHING,
  'trace-revert': NOTHING,
  'mark-commit': { content: 1, comments: 0 },
  // The status, and the comment.
  'announce-release': { content: 2, comments: 1 },
  // The deployment, and its state.
  'show-deployment': { content: 2, comments: 0 },
  'publish-card': NOTHING,
}
/** Where the forge commits: the branch, and the commit. */
const COMMITTED: Cost = { content: 2, comments: 0 }

/** Keeps what Kedge makes at each forge within what the forge takes, so that in an incident of a hundred services nothing is refused. */
export interface ForgeBudget {
  /** Whether it can begin now; where it can, it is counted: to be asked right before it begins. */
  take(effect: Effect): boolean
  /**
   * The try has failed: as a rule nothing was made. Else a few reverts that fail for hours, or an outage, would use up what all others
   * need; and where a forge refuses, it says how long to wait.
   */
  giveBack(effect: Effect): void
}

interface Made {
  readonly key: string
  /** By `Clock.elapsed`. */
  readonly at: number
  readonly cost: Cost
}

/** See {@link ForgeBudget}. In memory: after a start it is full. */
export function createForgeBudget(environment: Pick<Environment, 'clock' | 'ledger' | 'limitsFor' | 'commitsFor'>): ForgeBudget {
  const { clock, ledger } = environment
  /** By host: what was made as long as one of its limits looks back, the oldest first. */
  const spent = new Map<string, Made[]>()

  function hasRoom(
    limit: ForgeLimit,
    made: readonly Made[],
    { type, cost, now }: { type: EffectAction['type']; cost: Cost; now: number },
  ): boolean {
    const within = made.filter(({ at }) => now - at < limit.withinMs)
    const most = Math.floor(limit.most * (1 - LEFT_TO_OTHERS)) * (SHARE[type] ?? 1)
    return within.reduce((sum, one) => sum + one.cost[limit.of], cost[limit.of]) <= most
  }

  return {
    take({ key, action }) {
      const repoURL = COST[action.type] === NOTHING ? undefined : repositoryOf(ledger, action)
      if (!repoURL) return true
      const host = normaliseRepoURL(repoURL).split('/')[0] ?? ''
      const limits = environment.limitsFor(repoURL)
      const now = clock.elapsed()
      const longest = Math.max(0, ...limits.map(({ withinMs }) => withinMs))
      const made = (spent.get(host) ?? []).filter(({ at }) => now - at < longest)
      spent.set(host, made)
      const { type } = action
      const isCommitted = type === 'open-revert' && environment.commitsFor(repoURL).via === 'api'
      const cost = isCommitted ? sum(COST[type], COMMITTED) : COST[type]
      if (!limits.every((limit) => hasRoom(limit, made, { type, cost, now }))) return false
      made.push({ key, at: now, cost })
      return true
    },
    giveBack({ key }) {
      for (const made of spent.values()) {
        const newest = made.findLastIndex((one) => one.key === key)
        if (newest >= 0) made.splice(newest, 1)
      }
    },
  }
}

function sum(a: Cost, b: Cost): Cost {
  return { content: a.content + b.content, comments: a.comments + b.comments }
}

function repositoryOf(ledger: Environment['ledger'], action: EffectAction): string | null | undefined {
  if ('revertKey' in action) return ledger.read('revert', action.revertKey)?.repoURL
  if (action.type === 'announce-release') return ledger.read('announcement', action.announcement)?.repoURL
  if (action.type === 'show-deployment') {
    const release = ledger.read('release', action.releaseKey)
    // Of a release that has just begun, no more is known than what Argo CD has synced.
    return release?.deployment?.repoURL ?? release?.repoURL ?? release?.applied?.sources?.find(({ chart }) => chart === null)?.repository
  }
  if (action.type === 'mark-commit') return ledger.read('quarantine', action.quarantineKey)?.repoURL
  return undefined
}
