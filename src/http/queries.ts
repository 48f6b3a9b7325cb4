import type { Request } from 'express'
import { HEALTH_STATUSES, SERVING_STATES, type RolloutFilter } from '../api/contract.ts'
import type { HealthStatus } from '../domain/health/health.ts'
import type { ServingState } from '../domain/rollout/serving.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 500

/** What a query string says, or the one fault in it that the caller is told. */
export type Parsed<T> = { value: T } | { fault: string }

/**
 * `cluster`, `namespace`, `name`, `state`, `health`; empty values match everything, as forms without a choice send
 * them.
 */
export function parseRolloutFilter(query: Request['query']): Parsed<RolloutFilter> {
  const state = single(query['state'])
  const health = single(query['health'])
  const states: readonly string[] = SERVING_STATES
  const healths: readonly string[] = HEALTH_STATUSES
  if (state !== undefined && !states.includes(state)) return { fault: `state is one of ${states.join(', ')}` }
  if (health !== undefined && !healths.includes(health)) return { fault: `health is one of ${healths.join(', ')}` }
  return {
    value: {
      cluster: single(query['cluster']),
      namespace: single(query['namespace']),
      name: single(query['name']),
      state: state as ServingState | undefined,
      health: health as HealthStatus | undefined,
    },
  }
}

/** `limit` (1 to 500, 100 by default) and `continue`, as Kubernetes has them. */
export function parsePage(query: Request['query']): Parsed<{ limit: number; continue: string | undefined }> {
  const text = single(query['limit'])
  const limit = text === undefined ? DEFAULT_LIMIT : Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return { fault: `limit is a whole number from 1 to ${MAX_LIMIT}` }
  return { value: { limit, continue: single(query['continue']) } }
}

/** One value of a query parameter; undefined when it is absent, empty or given twice. */
export function single(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
