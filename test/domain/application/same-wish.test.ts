import { expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import { isSameWish } from '../../../src/domain/application/same-wish.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'

type Raw = Readonly<Record<string, unknown>>

const SOURCE = { repoURL: 'https://git.example/shop/gitops', path: 'apps/web', targetRevision: 'main' }
const DESTINATION = { server: 'https://kubernetes.default.svc', namespace: 'shop' }
const synced = (id: number, revision: string): Raw => ({ id, revision, source: SOURCE, deployedAt: '2026-11-30T10:00:00Z' })
const ran = (revision: string, startedAt: string): Raw => ({
  phase: 'Succeeded',
  startedAt,
  operation: { sync: { revision } },
  syncResult: { revision, source: SOURCE, resources: [] },
})

let version = 0
function application({ metadata = {}, spec = {}, status = {} }: { metadata?: Raw; spec?: Raw; status?: Raw } = {}): ApplicationSnapshot {
  version += 1
  const read = readApplication('hub', {
    kind: 'Application',
    metadata: { namespace: 'argocd', name: 'web', uid: 'uid-web', resourceVersion: `${version}`, ...metadata },
    spec: { project: 'default', source: SOURCE, destination: DESTINATION, ...spec },
    status: { history: [synced(0, 'aaa'), synced(1, 'bbb')], operationState: ran('bbb', '2026-11-30T10:00:00Z'), ...status },
  })
  if (!read) throw new Error('no Application')
  return read
}

it.each<[string, Parameters<typeof application>[0]]>([
  ['follows a tag', { spec: { source: { ...SOURCE, targetRevision: 'v1.0.0' } } }],
  ['takes another folder', { spec: { source: { ...SOURCE, path: 'apps/other' } } }],
  ['has another parameter', { spec: { source: { ...SOURCE, kustomize: { images: ['web:v9'] } } } }],
  ['goes to another cluster', { spec: { destination: { ...DESTINATION, server: 'https://other.example' } } }],
  ['goes to another namespace', { spec: { destination: { ...DESTINATION, namespace: 'other' } } }],
  ['is of another project', { spec: { project: 'other' } }],
  ['was made anew', { metadata: { uid: 'uid-again' } }],
  ['is being deleted', { metadata: { deletionTimestamp: '2026-11-30T10:00:00Z' } }],
  ['has got a setting of Kedge', { metadata: { annotations: { 'kedge.dev/mode': 'notify' } } }],
  ['has another label', { metadata: { labels: { team: 'shop' } } }],
  ['says what it is made of', { metadata: { annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.' } } }],
  ['has been synced since', { status: { history: [synced(1, 'bbb'), synced(2, 'ccc')] } }],
  ['has lost its history', { status: { history: [] } }],
  ['is being synced with another commit', { status: { operationState: { phase: 'Running', operation: { sync: { revision: 'ccc' } } } } }],
])('an Application that %s does not ask for the same', (_, other) => {
  expect(isSameWish(application(), application(other))).toBe(false)
})

it.each<[string, Parameters<typeof application>[0]]>([
  ['is compared and healed with the same commit', { status: { operationState: ran('bbb', '2026-11-30T11:00:00Z') } }],
  ['is being synced with the same commit', { status: { operationState: { phase: 'Running', operation: { sync: { revision: 'bbb' } } } } }],
  ['has another health', { status: { health: { status: 'Degraded' }, sync: { status: 'OutOfSync', revision: 'ccc' } } }],
  ['has forgotten its oldest sync', { status: { history: [synced(1, 'bbb')] } }],
])('an Application that %s asks for the same', (_, other) => {
  expect(isSameWish(application(), application(other))).toBe(true)
})

it('settings are told by their values, in whatever order they come', () => {
  const annotations = { 'kedge.dev/mode': 'pr', 'kedge.dev/team': 'shop' }
  const turned = Object.fromEntries(Object.entries(annotations).reverse())
  expect(isSameWish(application({ metadata: { annotations } }), application({ metadata: { annotations: turned } }))).toBe(true)
})
