import { Registry } from 'prom-client'
import { githubWebhook } from '../../src/adapters/forges/github/webhook.ts'
import type { MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { HttpOptions, ListenAddresses } from '../../src/http/request/options.ts'
import { createHttpServers, type HttpServers } from '../../src/http/servers/servers.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { aLedger, readOptions } from './fleet-fixture.ts'
import { theFleet } from './story.ts'

export const GITHUB_SECRET = 'a secret of GitHub 4711'
export const ARGOCD_SECRET = 'a-secret-of-argocd-0815'

/** Servers on loopback over the fleet of the story, with everything they were made to enqueue or log. */
export interface Service extends AsyncDisposable {
  servers: HttpServers
  ledger: Ledger & MemoryLedger
  enqueued: string[]
}

/** Starts both listeners on free ports. `overrides` replace single options. */
export async function startService(
  overrides: Partial<HttpOptions & ListenAddresses> = {},
  given?: Ledger & MemoryLedger,
): Promise<Service> {
  const ledger = given ?? (await aLedger())
  const enqueued: string[] = []
  const { api, webhooks, ...options }: HttpOptions & ListenAddresses = {
    ...readOptions([theFleet()], ledger),
    inbox: ledger,
    logger: SILENT,
    readiness: () => ({ ready: true, conditions: [] }),
    registry: new Registry(),
    senders: [{ id: 'github', name: 'GitHub', webhook: githubWebhook, secrets: [GITHUB_SECRET] }],
    secrets: { argocdWebhook: ARGOCD_SECRET },
    argocdFields: {
      application: '$.app.metadata.name',
      applicationNamespace: '$.app.metadata.namespace',
      rollout: '$.rollout.name',
      rolloutNamespace: '$.rollout.namespace',
    },
    enqueue: (key) => void enqueued.push(`key ${key}`),
    enqueueRepository: (repository) => void enqueued.push(`repository ${repository}`),
    enqueueApplication: (namespace, name) => void enqueued.push(`application ${namespace}/${name}`),
    api: { host: '127.0.0.1', port: 0 },
    webhooks: { host: '127.0.0.1', port: 0 },
    ...overrides,
  }
  const servers = await createHttpServers({ api, webhooks })
  await servers.serve(options)
  return {
    servers,
    ledger,
    enqueued,
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]()
      await ledger.close()
    },
  }
}
