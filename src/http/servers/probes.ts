import { Router } from 'express'
import type { ApiOptions } from '../request/options.ts'

/** `/healthz` (the process answers), `/readyz` (and what it cannot see or write), `/metrics`. */
export function createProbesRouter(options: ApiOptions): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.type('text/plain').send('ok\n')
  })
  router.get('/readyz', (_request, response) => {
    const state = options.readiness()
    response.status(state.ready ? 200 : 503).json(state)
  })
  router.get('/metrics', async (_request, response) => {
    const text = await options.registry.metrics()
    response.set('Content-Type', options.registry.contentType).send(text)
  })
  return router
}
