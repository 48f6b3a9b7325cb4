import { notRendered } from '../../../src/domain/application/rendered.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import { templateKey } from '../../../src/domain/release/keys.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { beginPass, makeCase, type Case } from '../../../src/reconcile/decide/case.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { aRelease, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { StagedWorld } from '../../simulation/stage-world.ts'
import { aHost, NOW, REPO } from './a-host.ts'

const REF = { cluster: 'prod', namespace: 'shop', name: 'web' }

export type Failure = Awaited<ReturnType<typeof aFailure>>

/** web v2, which failed over v1: in the cluster, in the ledger, in Git; and the revert of it, planned. Nothing is rendered. */
export async function aFailure(fields: Partial<Release> = {}) {
  const host = await aHost()
  const world = new StagedWorld(host.clock, {})
  const web = world.addRollout({})
  const app = world.addApplication()
  app.sync(host.good)
  web.healthy('v1')
  app.sync(host.bad)
  web.canary('v2')
  web.abort()
  world.list()
  const view = world.clusterOf(undefined).view()
  const rollout = view.rollout('shop', 'web')
  const policy: { current: Partial<Policy> } = { current: {} }
  const environment: Environment = {
    ...host.environment,
    views: [view],
    applications: view,
    renderer: { ...host.environment.renderer, render: async () => notRendered('unsupported', 'A source is rendered by Helm.') },
    channel: undefined,
    policyFor: () => ({ ...DEFAULT_POLICY, mode: 'pr', ...policy.current }),
  }
  const release = aRelease({
    key: 'r',
    cluster: 'prod',
    namespace: 'shop',
    rollout: 'web',
    uid: 'uid-web',
    templateKey: templateKey('prod', 'uid-web', rollout?.currentPodHash ?? ''),
    podTemplateHash: rollout?.currentPodHash ?? '',
    stableHash: rollout?.stableRS ?? '',
    applied: { application: 'argocd/shop', revisions: [host.bad] },
    goodApplied: { application: 'argocd/shop', revisions: [host.good] },
    images: ['registry.example/web:v2'],
    stableImages: ['registry.example/web:v1'],
    startedAt: NOW,
    revision: host.bad,
    repoURL: REPO,
    attempts: [anAttempt({ seenAt: NOW, abortedAt: rollout?.abortedAt ?? null, abortedAtMs: NOW })],
    ...fields,
  })
  await host.ledger.append([releaseEntry(release)])
  const look = (): Promise<Case> => makeCase(environment, beginPass(environment, view, REF), release)
  const known = await look()
  const { revertKey, branch, paths, provenBy } = known.findings.source ?? {}
  if (!revertKey || !branch) throw new Error('Git knows no revert of it')
  const planned = (more: Partial<Revert> = {}): Revert =>
    host.revert({ key: revertKey, branch, paths: paths ?? [], ...(provenBy && { provenBy }), releases: [release.key], ...more })
  await host.ledger.append([releaseEntry({ ...release, revertKey }), revertEntry(planned())])
  const decided = createJustDecided(host.clock)
  return { ...host, world, web, app, view, policy, environment, release, look, known, planned, branch, decided }
}
