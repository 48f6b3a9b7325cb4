import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { normaliseRepoURL } from '../../../domain/application/repo-url.ts'
import type { ForgeManifest } from '../../../ports/manifest.ts'
import type { IncomingWebhook } from '../../../ports/webhook.ts'
import { memoryMarkdown, type MemoryForges } from './forge.ts'
import { createMemoryVendorForges } from './forges.ts'

const config = z.strictObject({
  host: z.string().min(1).describe('Host of clone URLs.'),
  webhook: z
    .strictObject({ secretFile: z.string().optional().describe('File with the secret.') })
    .prefault({})
    .describe('Its events.'),
})

/** Signed with the SHA-256 of secret and body, numbered by the sender. */
export const memoryWebhook: IncomingWebhook = {
  verify({ header, body }, secret) {
    const given = Buffer.from(header('x-memory-signature') ?? '', 'hex')
    const right = createHash('sha256').update(secret).update(body).digest()
    return secret !== '' && given.length === right.length && timingSafeEqual(given, right)
  },
  unverified: 'X-Memory-Signature is missing or wrong.',
  idOf: ({ header }) => /^[\w-]{1,100}$/.exec(header('x-memory-id') ?? '')?.[0],
  withoutId: 'X-Memory-Id is missing.',
  kindOf: ({ header }) => (header('x-memory-event') === 'ping' ? 'ping' : header('x-memory-event') === 'push' ? 'hint' : 'other'),
  hints(payload) {
    const url = (payload as { repository?: unknown } | null)?.repository
    return typeof url === 'string' && url !== '' ? [{ look: 'repository', repository: normaliseRepoURL(url) }] : []
  },
  withoutHints: 'The payload names no repository.',
}

/** A forge that only remembers, as a vendor: what it is told is in `forges`. For tests of what any vendor gets. */
export function memoryForge(forges: MemoryForges): ForgeManifest<z.output<typeof config>, { signedIn: true }> {
  return {
    id: 'memory',
    name: 'Memory',
    config,
    gitHost: ({ host }) => host,
    limits: [],
    credential: () => ({ signedIn: true }),
    secretsIn: () => [],
    webhookSecret: ({ webhook }, reader) => reader.read(['webhook', 'secretFile'], webhook.secretFile, 'KEDGE_MEMORY_WEBHOOK_SECRET'),
    markup: memoryMarkdown,
    open: async ({ host }, _credential, { allows }) => createMemoryVendorForges(forges, { host, allow: allows }),
    commitUrl: (_options, repository, revision) => `https://${repository}/commit/${revision}`,
    reviewer: /^[a-z]+$/,
    webhook: memoryWebhook,
    examine: async () => ({ findings: [], serverTime: undefined }),
  }
}
