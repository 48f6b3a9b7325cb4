import { normaliseRepoURL } from '../../domain/application/repo-url.ts'
import type { Effect, EffectAction } from '../../domain/effect.ts'
import type { Environment } from '../environment.ts'

/**
 * What one account may make at one forge: the strictest of them takes 80 requests a minute that make content, and 500 an hour (see
 * docs/announce.md), and other programmes may use the same account.
 */
const LIMITS = [
  { withinMs: 60_000, most: 70 },
  { withinMs: 3_600_000, most: 450 },
] as const
/** How much of it those may take that only say something: half is left to reverts, and half of the rest to what tells of a failure. */
const SHARE: Readonly<Partial<Record<EffectAction['type'], number>>> = {
  'mark-commit': 0.5,
  'announce-release': 0.5,
  'show-deployment': 0.25,
}

/** How much content one try makes at most. A branch is pushed and deleted by Git, which is not counted; what is only read, neither. */
const COST: Readonly<Record<EffectAction['type'], number>> = {
  // The pull request, labels, reviewers, and its body once more where a storm names it.
  'open-revert': 4,
  'close-revert': 2,
  'delete-branch': 0,
  'trace-release': 0,
  'read-images': 0,
  'read-pods': 0,
  'trace-revert': 0,
  'mark-commit': 1,
  'announce-release': 2,
  // The deployment, and its state.
  'show-deployment': 2,
  'publish-card': 0,
}

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

/** See {@link ForgeBudget}. In memory: after a start it is full. */
export function createForgeBudget({ clock, ledger }: Pick<Environment, 'clock' | 'ledger'>): ForgeBudget {
  const [{ withinMs: minute }, { withinMs: hour }] = LIMITS
  /** By host: what was made in the last hour, the oldest first. */
  const spent = new Map<string, { key: string; at: number; cost: number }[]>()

  function roomAt(host: string, { action: { type } }: Effect, now: number): boolean {
    const made = (spent.get(host) ?? []).filter(({ at }) => now - at < hour)
    spent.set(host, made)
    const share = SHARE[type] ?? 1
    return LIMITS.every(({ withinMs, most }) => {
      const within = withinMs === minute ? made.filter(({ at }) => now - at < minute) : made
      return within.reduce((sum, { cost }) => sum + cost, COST[type]) <= most * share
    })
  }

  /** The host whose account pays; undefined where none does. */
  const payerOf = ({ action }: Effect): string | undefined => {
    if (COST[action.type] === 0) return undefined
    const repoURL = repositoryOf(ledger, action)
    return repoURL ? normaliseRepoURL(repoURL).split('/')[0] : undefined
  }

  return {
    take(effect) {
      const host = payerOf(effect)
      if (host === undefined) return true
      const now = clock.elapsed()
      if (!roomAt(host, effect, now)) return false
      spent.get(host)?.push({ key: effect.key, at: now, cost: COST[effect.action.type] })
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
