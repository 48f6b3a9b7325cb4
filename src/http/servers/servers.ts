import type { RequestListener } from 'node:http'
import express, { type Express } from 'express'
import { createApiRouter } from '../api/api.ts'
import { createReportRouter } from '../api/report-files.ts'
import { answerThroughArgocd } from '../api/through-argocd.ts'
import { createAdoptRouter } from '../commands/adopt.ts'
import { createQuarantinesRouter } from '../commands/quarantines.ts'
import { createRetryRouter } from '../commands/retry.ts'
import { createStormsRouter } from '../commands/storms.ts'
import { createPagesRouter } from '../pages/pages.ts'
import { answerFaults, answerNotFound, securityHeaders } from '../request/answers.ts'
import type { ApiOptions, HttpOptions, ListenAddress, ListenAddresses } from '../request/options.ts'
import { createWebhookApp, resumeInbox } from '../webhooks/webhooks.ts'
import { createHostGuard } from './hosts.ts'
import { openListener, type Listener } from './listener.ts'
import { createProbesRouter } from './probes.ts'
import { createStartingApp } from './starting.ts'
import { createTokenGuard } from './token-guard.ts'

/** Both listeners of a running Kedge. Dispose ends them; requests under way may finish first. */
export interface HttpServers extends AsyncDisposable {
  readonly api: Pick<Listener, 'port' | 'url'>
  readonly webhooks: Pick<Listener, 'port' | 'url'>
  /**
   * From now on everything is answered. Acts first on deliveries that an earlier process had accepted and not handled, unless others may
   * be at it.
   * @throws KedgeError E_LEDGER_*
   */
  serve(options: HttpOptions): Promise<void>
  /** From the next request on, these answer. */
  renew(options: HttpOptions): void
}

/**
 * Opens the API with its page, and the webhooks, each on its own address, so that only webhooks need to face outside. Until `serve` is
 * called they say that Kedge is starting: a large ledger takes a while to verify, and a process that answers nobody is killed.
 * @throws KedgeError E_LISTEN
 */
export async function createHttpServers(addresses: ListenAddresses): Promise<HttpServers> {
  const starting = createStartingApp()
  const answers: { api: RequestListener; webhooks: RequestListener } = { api: starting, webhooks: starting }
  await using stack = new AsyncDisposableStack()
  const api = stack.use(await openListener((request, response) => answers.api(request, response), addresses.api))
  const webhooks = stack.use(await openListener((request, response) => answers.webhooks(request, response), addresses.webhooks))
  const opened = stack.move()
  function renew(options: HttpOptions): void {
    answers.api = guarded({ ...addresses.api, hosts: options.hosts?.api }, options, createApiApp(options))
    answers.webhooks = guarded({ ...addresses.webhooks, hosts: options.hosts?.webhooks }, options, createWebhookApp(options))
  }

  return {
    api,
    webhooks,
    renew,
    async serve(options) {
      if (!options.isShared) await resumeInbox(options)
      renew(options)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Answers to no name that is not its own. */
function guarded(
  { host, hosts = [] }: ListenAddress & { hosts: readonly string[] | undefined },
  options: HttpOptions,
  answer: RequestListener,
): RequestListener {
  const guard = createHostGuard({ host, hosts, publicHost: options.publicHost }, options)
  return (request, response) => {
    if (!guard.refuses(request, response)) answer(request, response)
  }
}

/** The application behind the listener that stays inside: the API, the page, the probes and the metrics. */
export function createApiApp(options: ApiOptions): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.set('query parser', 'simple')
  app.use(securityHeaders)
  app.use(answerThroughArgocd(options))
  app.use(createProbesRouter(options))
  app.use('/api/v1', createTokenGuard({ ...options, adminToken: options.secrets.adminToken }))
  app.use('/api/v1', createApiRouter(options))
  app.use('/api/v1', createAdoptRouter(options))
  app.use('/api/v1', createRetryRouter(options))
  app.use('/api/v1', createStormsRouter(options))
  app.use('/api/v1', createQuarantinesRouter(options))
  app.use(createReportRouter(options))
  app.use(createPagesRouter(options))
  app.use(answerNotFound)
  app.use(answerFaults(options.logger))
  return app
}
