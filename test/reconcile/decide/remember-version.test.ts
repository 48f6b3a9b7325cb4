import { expect, it } from 'vitest'
import type { Version } from '../../../src/domain/release/version.ts'
import { rememberVersion } from '../../../src/reconcile/decide/remember-version.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLook, applied, aReplicaSet, aRollout, aSync, NOW } from '../../domain/release/a-look.ts'

const KEY = 'east|uid-1|old'
const [V1, V2] = ['1'.repeat(40), '2'.repeat(40)]

interface Seen {
  rollout?: Parameters<typeof aRollout>[0] | null
  observed?: Parameters<typeof aLook>[1]
  serving?: string
  settled?: boolean
  agreed?: boolean
  /** What the ledger has of the version, but for this. */
  known?: Partial<Version>
}

const aVersion = (fields: Partial<Version> = {}): Version => ({
  templateKey: KEY,
  podTemplateHash: 'old',
  healthyAt: NOW,
  applied: null,
  images: ['registry.example/web:1.7.3'],
  ...fields,
})

/** What is written of N, which serves, healthy and settled, while Argo CD's word on it has held. */
function remembers({ rollout = {}, observed, serving = 'in-step', settled = true, agreed = true, known }: Seen): unknown {
  const ledger = {
    read: (kind: string, key: string) => (kind === 'version' && key === KEY && known ? aVersion({ healthyAt: 1, ...known }) : undefined),
  }
  const healthy = rollout === null ? undefined : aRollout({ phase: 'Healthy', ...rollout })
  const look = { rollout: healthy, serving: { state: serving }, observation: aLook({}, observed) } as unknown as Look
  return rememberVersion({ ledger } as unknown as Pick<Environment, 'ledger'>, look, { settled, agreed })
}

it.each<[string, Seen]>([
  ['there is no Rollout', { rollout: null }],
  ['its template has no name yet', { rollout: { currentPodHash: undefined as never } }],
  ['two versions serve', { serving: 'split' }],
  ['it is not healthy', { rollout: { phase: 'Progressing' } }],
  ['that has not held yet', { settled: false }],
])('nothing is remembered of a version while %s', (_, seen) => {
  expect(remembers(seen)).toEqual([])
})

const synced = { syncs: [aSync(V1, 7)] }
const back = { ...synced, replicaSets: [aReplicaSet('old', 5, { formerRevisions: [1] })] }
const byAnother = (revision: string | null, podTemplateHash = 'new'): Seen['observed'] => ({
  ...synced,
  past: [aRelease({ key: 'r', podTemplateHash, applied: revision === null ? null : applied(revision) })],
})

it.each<[string, Seen, Partial<Version>]>([
  ['which no sync is known to have made', {}, {}],
  ['with the sync that made it', { observed: synced }, { applied: applied(V1) }],
  ['with the newest sync', { observed: { syncs: [aSync(V2), aSync(V1)] } }, { applied: applied(V2) }],
  ['without the sync, which has not held long enough', { observed: synced, agreed: false }, {}],
  ['as made by hand', { observed: { ...synced, drift: 'by-hand' } }, { byHand: true }],
  ['not as made by hand before that has held', { observed: { drift: 'by-hand' }, agreed: false }, {}],
  ['without a sync, where the newest commit may be another', { observed: { ...synced, drift: 'perhaps-by-commit' } }, {}],
  ['in its first stay, which needs no number', { observed: { ...synced, replicaSets: [aReplicaSet('old', 5)] } }, { applied: applied(V1) }],
  ['in a later stay, by its number', { observed: back }, { applied: applied(V1), stay: 5 }],
  ['without a stay, where no sync is known', { observed: { ...back, syncs: [] } }, {}],
  ['without the sync of another version', { observed: byAnother(V1) }, {}],
  ['with a sync that is not that of another version', { observed: byAnother(V2) }, { applied: applied(V1) }],
  ['with its own sync, that it was released by before', { observed: byAnother(V1, 'old') }, { applied: applied(V1) }],
  ['with its sync, where that of another version is not known', { observed: byAnother(null) }, { applied: applied(V1) }],
  ['without images, where nobody tells them', { rollout: { images: [] } }, { images: [] }],
])('a version is remembered when it is first seen to serve: %s', (_, seen, fields) => {
  const entry = { kind: 'version', key: KEY, event: 'version-healthy', document: aVersion(fields) }
  expect(remembers(seen)).toStrictEqual([entry])
})

it.each<[string, Seen & { known: Partial<Version> }]>([
  ['it was seen before', { known: {} }],
  ['its sync is known', { observed: synced, known: { applied: applied(V1) } }],
  ['Argo CD names no sync of it by now', { known: { applied: applied(V1) } }],
  ['another sync has not held long enough', { observed: { syncs: [aSync(V2)] }, agreed: false, known: { applied: applied(V1) } }],
  ['it was made by hand, and Argo CD has no word on it', { agreed: false, known: { byHand: true } }],
  ['it is changed by hand after a sync that is known', { observed: { drift: 'by-hand' }, known: { applied: applied(V1) } }],
  ['its stay is known', { observed: back, known: { applied: applied(V1), stay: 5 } }],
  ['no sync says in which stay it is', { known: { applied: applied(V1), stay: 3 } }],
  ['its images cannot be read any more', { rollout: { images: [] }, known: {} }],
])('a version says nothing new where %s', (_, seen) => {
  expect(remembers(seen)).toEqual([])
})

it.each<[string, Seen & { known: Partial<Version> }, Partial<Version>]>([
  ['which sync has made it', { observed: synced, known: {} }, { applied: applied(V1) }],
  ['which sync has made it last', { observed: synced, known: { applied: applied(V2) } }, { applied: applied(V1) }],
  ['that a sync has made it, and not a hand', { observed: synced, known: { byHand: true } }, { applied: applied(V1) }],
  ['that a hand has made it', { observed: { drift: 'by-hand' }, known: {} }, { byHand: true }],
  ['in which stay it is', { observed: back, known: { applied: applied(V1), stay: 3 } }, { applied: applied(V1), stay: 5 }],
  ['what it runs', { known: { images: [] } }, {}],
])('a version that was seen before is written anew where it is known only now %s', (_, seen, fields) => {
  const entry = { kind: 'version', key: KEY, event: 'version-applied', document: aVersion(fields) }
  expect(remembers(seen)).toStrictEqual([entry])
})
