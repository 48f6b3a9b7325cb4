import { Registry } from 'prom-client'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Release } from '../../src/domain/release/release.ts'
import { openListener, type Listener } from '../../src/http/listener.ts'
import { createApiApp } from '../../src/http/servers.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { aRelease } from '../contract/ledger-documents.ts'
import { aQuarantine } from '../domain/quarantine/a-quarantine.ts'
import { aLedger, NOW, readOptions } from '../http/fleet-fixture.ts'
import { aFleetOf, ledgerOf } from '../http/large-fleet.ts'
import { tellStory, theFleet } from '../http/story.ts'

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

/** `tags`: what it is on its way to, and what runs. */
function rolling(name: string, tags: readonly [string, string], fields: Partial<Release>): LedgerEntry {
  const key = `east|uid-${name}|next|8`
  const document = aRelease({
    key,
    rollout: name,
    uid: `uid-${name}`,
    images: [`registry.example/${name}:${tags[0]}`],
    stableImages: [`registry.example/${name}:${tags[1]}`],
    podTemplateHash: 'next',
    rolloutRevision: 8,
    stableHash: 'good',
    state: 'rolling',
    serving: 'rolling',
    cause: null,
    ...fields,
  })
  return { kind: 'release', key, event: 'began', document }
}

/** One that stands and is being brought back, and one that a person has lifted. */
function quarantines(): readonly LedgerEntry[] {
  const of = { cluster: 'east', namespace: 'shop', since: NOW - 7_200_000, until: NOW + 13 * 86_400_000 }
  const marks = [{ commit: sha('2222222'), pullRequest: 41, brings: true }]
  const documents = [
    aQuarantine({ ...of, key: 'q-checkout', rollout: 'checkout', release: 'east|uid-checkout|bad|9', marks }),
    aQuarantine({
      ...of,
      key: 'q-search',
      rollout: 'search',
      release: 'east|uid-search|next|8',
      state: 'over',
      outcome: 'lifted',
      endedAt: NOW - 60_000,
      liftedBy: 'ana (admin token)',
      liftedFor: 'the metric was wrong',
    }),
  ]
  return documents.map((document) => ({
    kind: 'quarantine',
    key: document.key,
    event: document.outcome === 'lifted' ? 'quarantine-lifted' : 'quarantine-began',
    document,
  }))
}

/** The pages over a fleet of seven, one of each kind that people meet, and over `more` Rollouts beside them. */
export async function serveStory({ port = 0, more = 0 }: { port?: number; more?: number } = {}): Promise<Listener> {
  const ledger = await aLedger()
  await tellStory(ledger)
  await ledger.append([
    inStep('catalog', 'be1122f', 26),
    inStep('recommendations', 'a1b2c3d', 74),
    inStep('web', '77aa88b', 5),
    rolling('search', ['v2.4.1', 'v2.4.0'], {
      revision: sha('77e0d19'),
      goodRevision: sha('0c4be21'),
      author: 'li',
      startedAt: NOW - 95_000,
    }),
    rolling('payments', ['v5.2.0', 'v5.1.8'], {
      revision: sha('c0ffee1'),
      goodRevision: sha('be5c0a1'),
      author: 'sam',
      startedAt: NOW - 1_810_000,
    }),
    rolling('ledger-api', ['v0.9.1', 'v0.9.0'], {
      startedAt: NOW - 1_711_000,
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
  await ledger.append(quarantines())
  if (more > 0) await ledger.append(ledgerOf(more))
  const head = await ledger.head()
  const app = createApiApp({
    ...readOptions([theFleet(), ...(more > 0 ? aFleetOf(more) : [])], ledger),
    verified: { at: NOW - 3_600_000, head: { sequence: 3, hash: '5d1c'.repeat(16) } },
    signedCheckpoints: () => [{ place: '/checkpoints', head, trouble: undefined }],
    logger: SILENT,
    readiness: () => ({ ready: true, conditions: [] }),
    registry: new Registry(),
    secrets: {},
  })
  return openListener(app, { host: '127.0.0.1', port })
}
