import express, { Router, type Response } from 'express'
import type { QuarantineList, QuarantineSummary } from '../../api/quarantine-contract.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { answerError } from '../request/answers.ts'
import type { ApiOptions } from '../request/options.ts'
import { authorise, signature } from './adopt.ts'
import { summariseQuarantine } from './quarantine-summary.ts'

/** The newest that one answer lists, those that stand before those that are over. */
const MOST = 500

/** `GET /quarantines`, and `POST /quarantines/{key}/lift`: a person lets a version that failed come back. */
export function createQuarantinesRouter(options: ApiOptions): Router {
  const router = Router()
  router.get('/quarantines', (_request, response) => {
    response.json({ items: listQuarantines(options.ledger) } satisfies QuarantineList)
  })
  router.post('/quarantines/:key/lift', express.json({ limit: '4kb', strict: true }), async (request, response) => {
    const who = authorise(request, options.secrets.adminToken)
    if (!who)
      return answerError(response, 403, 'E_HTTP_FORBIDDEN', 'Only this machine, or the holder of the admin token, may lift a quarantine.')
    if (!options.lift) return answerError(response, 404, 'E_HTTP_NOT_FOUND', 'This Kedge lifts nothing over HTTP.')
    const reason = reasonIn(request.body)
    if (reason === '') return answerError(response, 400, 'E_HTTP_BAD_REQUEST', 'A reason is wanted, for the ledger: {"reason": "…"}.')
    answer(response, await options.lift({ key: request.params.key, by: signature(request.body, who), reason }))
  })
  return router
}

/** The newest quarantines, those that stand first. */
export function listQuarantines(ledger: Ledger): readonly QuarantineSummary[] {
  const all = [true, false].flatMap((standing) => ledger.quarantines({ standing }))
  return all.slice(0, MOST).map(summariseQuarantine)
}

function reasonIn(body: unknown): string {
  const reason = (body as { reason?: unknown } | undefined)?.reason
  return typeof reason === 'string' ? plainText(reason, 300) : ''
}

function answer(response: Response, result: 'lifted' | 'asked' | 'absent' | 'not-needed'): void {
  if (result === 'lifted' || result === 'asked') response.status(202).json({ result })
  else if (result === 'absent') answerError(response, 404, 'E_HTTP_NOT_FOUND', 'The ledger has no quarantine with this key.')
  else answerError(response, 409, 'E_HTTP_BAD_REQUEST', 'This quarantine is over.')
}
