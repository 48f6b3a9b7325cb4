import type { Clock } from '../clock.ts'

const HOUR = 3_600_000

/** The hourly budget of calls, one a token. */
export interface RateLimit {
  /** Counts a call and returns the headers to send with it, and whether the budget was spent before. */
  spend(token: string): { exceeded: boolean; headers: Record<string, string> }
  /** Leaves only so many calls until the reset, for every token. */
  setRemaining(calls: number): void
}

/** GitHub's primary rate limit: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export function createRateLimit(clock: Clock, limit = 5000): RateLimit {
  const budgets = new Map<string, { used: number; resetAt: number }>()
  let used = 0
  return {
    spend(token) {
      const now = clock.now()
      const known = budgets.get(token)
      const budget = known === undefined || known.resetAt <= now ? { used, resetAt: now + HOUR } : known
      const exceeded = budget.used >= limit
      if (!exceeded) budget.used += 1
      budgets.set(token, budget)
      const headers = {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - budget.used),
        'x-ratelimit-used': String(budget.used),
        'x-ratelimit-reset': String(Math.ceil(budget.resetAt / 1000)),
        'x-ratelimit-resource': 'core',
      }
      return { exceeded, headers }
    },
    setRemaining(calls) {
      used = limit - calls
      budgets.clear()
    },
  }
}
