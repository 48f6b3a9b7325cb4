import express, { type Express } from 'express'
import type { Readiness } from '../../api/contract.ts'
import { answerError, securityHeaders } from '../request/answers.ts'

const STATE: Readiness = {
  ready: false,
  conditions: [{ name: 'ledger', ok: false, detail: 'it is being verified, and nothing is looked at before it is' }],
}
const ASK_AGAIN_S = '5'

/** What is answered before anything is known: the process lives, and is not ready. */
export function createStartingApp(): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(securityHeaders)
  app.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n')
  })
  app.get('/readyz', (_request, response) => {
    response.status(503).json(STATE)
  })
  app.use((_request, response) => {
    response.set('Retry-After', ASK_AGAIN_S)
    answerError(response, 503, 'E_HTTP_UNAVAILABLE', 'Kedge is starting: its ledger is being verified.')
  })
  return app
}
