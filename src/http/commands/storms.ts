import express, { Router, type Response } from 'express'
import type { StormList, StormSummary } from '../../api/contract.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Storm } from '../../domain/storm/storm.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { answerError } from '../request/answers.ts'
import type { ApiOptions } from '../request/options.ts'
import { encodeId } from '../request/paging.ts'
import { authorise, signature } from './adopt.ts'

/** The newest storms that one answer lists. */
export const MOST_STORMS = 100
/** Rollouts that are named of one storm; all are counted. */
const MOST_NAMED = 500

/** `GET /storms`, and `POST /storms/{key}/release`: a person wants each of its releases decided by itself. */
export function createStormsRouter(options: ApiOptions): Router {
  const router = Router()
  router.get('/storms', (_request, response) => {
    const items = options.ledger.storms({}).slice(0, MOST_STORMS)
    response.json({ items: items.map((storm) => summariseStorm(storm, options.ledger)) } satisfies StormList)
  })
  router.post('/storms/:key/release', express.json({ limit: '4kb', strict: true }), async (request, response) => {
    const who = authorise(request, options.secrets.adminToken)
    if (!who)
      return answerError(response, 403, 'E_HTTP_FORBIDDEN', 'Only this machine, or the holder of the admin token, may release a storm.')
    if (!options.releaseStorm) return answerError(response, 404, 'E_HTTP_NOT_FOUND', 'This Kedge releases nothing over HTTP.')
    answer(response, await options.releaseStorm(request.params.key, signature(request.body, who)))
  })
  return router
}

function answer(response: Response, result: 'released' | 'asked' | 'absent' | 'not-needed'): void {
  if (result === 'released' || result === 'asked') response.status(202).json({ result })
  else if (result === 'absent') answerError(response, 404, 'E_HTTP_NOT_FOUND', 'The ledger has no storm with this key.')
  else answerError(response, 409, 'E_HTTP_BAD_REQUEST', 'This storm is over, or is released already.')
}

/** One storm with the Rollouts that failed in it. */
export function summariseStorm({ key, cause, state, begunAt, endedAt, releasedBy }: Storm, ledger: Ledger): StormSummary {
  const members = ledger.releasesOfStorm(key)
  return {
    key,
    kind: cause.kind,
    cause: cause.words,
    state,
    begunAt,
    endedAt,
    releasedBy: releasedBy ?? null,
    total: members.length,
    rollouts: members.slice(0, MOST_NAMED).map(memberOf),
  }
}

/** The storm of a release; null where it failed for itself. */
export function stormOf(release: Release, ledger: Ledger): StormSummary | null {
  const storm = release.storm === undefined ? undefined : ledger.read('storm', release.storm)
  return storm ? summariseStorm(storm, ledger) : null
}

function memberOf({ key, cluster, namespace, rollout, state, outcome }: Release): StormSummary['rollouts'][number] {
  return { release: encodeId(key), cluster, namespace, name: rollout, state, outcome }
}
