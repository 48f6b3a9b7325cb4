import { Registry } from 'prom-client'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Release } from '../../src/domain/release/release.ts'
import { openListener } from '../../src/http/listener.ts'
import { createApiApp } from '../../src/http/servers.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { aRelease } from '../contract/ledger-documents.ts'
import { aLedger, NOW, readOptions } from '../http/fleet-fixture.ts'
import { tellStory, theFleet } from '../http/story.ts'

// Serves the board and a release page over a fleet of seven, for work on the pages and for the pictures in the docs:
// node test/ui/serve-story.ts [port]

const sha = (start: string): CommitSha => start.repeat(8).slice(0, 40) as CommitSha

function inStep(name: string, revision: string, hoursAgo: number): LedgerEntry {
  const key = `east|uid-${name}|good`
  const applied = { application: `argocd/${name}`, revisions: [sha(revision)] }
  return {
    kind: 'version',
    key,
    event: 'healthy',
    document: { templateKey: key, podTemplateHash: 'good', healthyAt: NOW - hoursAgo * 3_600_000, applied, images: [] },
  }
}

function rolling(name: string, fields: Partial<Release>): LedgerEntry {
  const key = `east|uid-${name}|next|9`
  const document = aRelease({
    key,
    rollout: name,
    uid: `uid-${name}`,
    podTemplateHash: 'next',
    stableHash: 'good',
    state: 'rolling',
    serving: 'rolling',
    cause: null,
    ...fields,
  })
  return { kind: 'release', key, event: 'began', document }
}

const ledger = await aLedger()
await tellStory(ledger)
await ledger.append([
  inStep('catalog', 'be1122f', 26),
  inStep('recommendations', 'a1b2c3d', 74),
  inStep('web', '77aa88b', 5),
  rolling('search', { revision: sha('77e0d19'), goodRevision: sha('0c4be21'), author: 'li', startedAt: NOW - 95_000 }),
  rolling('payments', {
    revision: sha('c0ffee1'),
    goodRevision: sha('be5c0a1'),
    author: 'sam',
    startedAt: NOW - 1_810_000,
  }),
  rolling('ledger-api', {
    revision: sha('d00dfee'),
    goodRevision: sha('5eaf89e'),
    author: 'kim',
    state: 'failed',
    serving: 'stuck',
    cause: 'stuck',
    attempts: [
      {
        key: 'ledger-api',
        cause: 'stuck',
        message: 'ReplicaSet "ledger-api-next" has timed out progressing.',
        seenAt: NOW - 1_111_000,
        abortedAt: null,
        abortedAtMs: null,
        evidence: [],
      },
    ],
  }),
])
const app = createApiApp({
  ...readOptions([theFleet()], ledger),
  logger: SILENT,
  readiness: () => ({ ready: true, conditions: [] }),
  registry: new Registry(),
  secrets: {},
})
const listener = await openListener(app, { host: '127.0.0.1', port: Number(process.argv[2] ?? 8484) })
process.stdout.write(`${listener.url}\n`)
