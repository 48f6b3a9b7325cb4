import { Router } from 'express'
import { answerError } from '../request/answers.ts'
import type { ApiOptions } from '../request/options.ts'
import { authorise } from './adopt.ts'

/** `POST /rollouts/{cluster}/{namespace}/{name}/retry`: a person has repaired what stood in the way. Nothing is changed by it. */
export function createRetryRouter({ retry, secrets }: ApiOptions): Router {
  const router = Router()
  router.post('/rollouts/:cluster/:namespace/:name/retry', async (request, response) => {
    if (!authorise(request, secrets.adminToken))
      return answerError(response, 403, 'E_HTTP_FORBIDDEN', 'Only this machine, or the holder of the admin token, may ask for another try.')
    if ((await retry?.(request.params)) !== true)
      return answerError(response, 404, 'E_HTTP_NOT_FOUND', 'Neither the cluster nor the ledger has a Rollout of this name.')
    response.status(202).json({ result: 'asked' })
  })
  return router
}
