import assert from 'node:assert/strict'
import type { KubeObject } from '../control-plane/api.ts'
import { analysis, analysisTemplate, pause, rollout, service, setWeight, virtualService, type Files } from '../manifests.ts'
import type { Play } from '../play.ts'
import { mergeAndRestore, untilAborted, type Scenario } from '../scenario.ts'
import { untilServing } from './kubectl-plugin.ts'

// The strategies of docs/strategies.md: what is applied here is what stands there.

const QA = { name: 'qa', match: [{ headerName: 'x-canary', headerValue: { exact: 'yes' } }] }

/** Scaled up without traffic, a route by header, tests, traffic little by little, late scale-down. */
export const CUSTOM = {
  canary: {
    canaryService: 'canary',
    stableService: 'stable',
    scaleDownDelaySeconds: 5,
    abortScaleDownDelaySeconds: 5,
    trafficRouting: { managedRoutes: [{ name: 'qa' }], istio: { virtualService: { name: 'web', routes: ['primary'] } } },
    steps: [
      { setCanaryScale: { replicas: 1 } },
      pause(),
      { setHeaderRoute: QA },
      pause(),
      analysis(),
      setWeight(25),
      // Before there is a weight, it would leave the canary no pod, and the controller takes its routes away.
      { setCanaryScale: { matchTrafficWeight: true } },
      pause(),
      { setHeaderRoute: { name: 'qa' } },
      analysis(),
      setWeight(50),
      pause('1s'),
    ],
  },
}

function customFiles(play: Play, tag: string): Files {
  return {
    'rollout.yaml': rollout({ tag, strategy: CUSTOM }),
    'analysis.yaml': analysisTemplate(play.metricUrl()),
    'services.yaml': `${service('stable')}---\n${service('canary')}`,
    'virtual-service.yaml': virtualService('web', { stable: 'stable', canary: 'canary' }),
  }
}

/** The controller writes weights and routes where Git has its own: Argo CD must not take them back. */
function leavesRoutesAlone(play: Play): { spec: Record<string, unknown> } {
  const { gitops } = play.stage
  return {
    spec: {
      source: { repoURL: gitops.cloneUrl, path: play.name, targetRevision: 'main' },
      ignoreDifferences: [{ group: 'networking.istio.io', kind: 'VirtualService', jsonPointers: ['/spec/http'] }],
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] },
    },
  }
}

interface Route {
  name: string
  route: { destination: { host: string }; weight?: number }[]
}

async function routesOf({ name, stage }: Play): Promise<readonly Route[]> {
  const path = `/apis/networking.istio.io/v1alpha3/namespaces/${name}/virtualservices/web`
  const found = (await stage.api.get(path)) as KubeObject & { spec: { http: Route[] } }
  return found.spec.http
}

/** What the board says of who gets the requests, held against what the router was really told. */
async function untilRouted(play: Play, says: string, told: { weight: number; byHeader: boolean }): Promise<void> {
  await play.until(`the board says ${says}`, async () => (await reasonOf(play)).includes(says))
  const routes = await routesOf(play)
  const weight = routes.find(({ name }) => name === 'primary')?.route.find(({ destination }) => destination.host === 'canary')?.weight ?? 0
  assert.deepEqual({ weight, byHeader: routes.some(({ name }) => name === 'qa') }, told)
}

async function reasonOf({ name, stage }: Play): Promise<string> {
  const answer = await fetch(`${stage.kedge().apiUrl}/api/v1/rollouts?limit=500`)
  const { items } = (await answer.json()) as { items: { namespace: string; reason: string }[] }
  return items.find(({ namespace }) => namespace === name)?.reason ?? ''
}

/** Up to the point where those who send the header are served by N+1, and nobody else is. */
async function untilServedByHeader(play: Play): Promise<void> {
  await play.commit('Release web v1.8.0', customFiles(play, 'v1.8.0'))
  await play.untilRollout('scaled up', (seen) => seen.phase === 'Paused' && seen.image.endsWith('v1.8.0'))
  await untilRouted(play, 'No request goes to', { weight: 0, byHeader: false })
  await goOn(play)
  await untilRouted(play, 'Only requests that match its route by header (qa)', { weight: 0, byHeader: true })
}

/** A person goes on after a pause, which the controller has to have reached. */
async function goOn(play: Play): Promise<void> {
  await play.untilRollout('paused', (seen) => seen.phase === 'Paused' && seen.isObserved)
  await play.patchStatus({ pauseConditions: null })
}

const NO_ROUTER = 'the bench has the resources of Istio, and its controller writes them'

/** Its tests fail while only those who send the header are served by it. */
const customFails: Scenario = {
  name: 'custom-strategy-failed',
  ownOnly: NO_ROUTER,
  async play(play) {
    await play.begin(customFiles(play, 'v1.7.3'), leavesRoutesAlone(play))
    await untilServedByHeader(play)
    play.stage.metrics.set(play.name, { value: 0.5 })
    await goOn(play)
    const aborted = await untilAborted(play)
    assert.equal(aborted.canaryWeight, 0)
    await untilServing(play, 'split')
    assert.ok(
      (await routesOf(play)).every(({ name }) => name !== 'qa'),
      'no request goes to N+1 any more where Kedge says so',
    )
    await play.untilCard('v1.8.0')
    await mergeAndRestore(play)
  },
}

/** It gets through: each step is told as it is, and N's pods go after the delay. */
const customPromoted: Scenario = {
  name: 'custom-strategy-promoted',
  ownOnly: NO_ROUTER,
  async play(play) {
    await play.begin(customFiles(play, 'v1.7.3'), leavesRoutesAlone(play))
    play.stage.metrics.set(play.name, { value: 0.99 })
    await untilServedByHeader(play)
    await goOn(play)
    await play.untilRollout('a quarter', (seen) => seen.phase === 'Paused' && seen.canaryWeight === 25)
    await untilRouted(play, 'A weight of 25 goes to', { weight: 25, byHeader: true })
    assert.match(await reasonOf(play), /and every request that matches its route by header \(qa\)/)
    await goOn(play)
    await play.untilRollout(
      'v1.8.0 Healthy',
      (seen) => seen.phase === 'Healthy' && seen.image.endsWith('v1.8.0') && seen.stableHash === seen.currentHash,
    )
    await untilServing(play, 'in-step')
    await play.until("N's pods are gone", async () => {
      const path = `/apis/apps/v1/namespaces/${play.name}/replicasets`
      const { items } = (await play.stage.api.get(path)) as unknown as { items: { spec: { replicas: number } }[] }
      return items.filter(({ spec }) => spec.replicas > 0).length === 1
    })
    await untilServing(play, 'in-step')
    assert.deepEqual(await play.pullRequests(), [])
  },
}

export const STRATEGY_SCENARIOS: readonly Scenario[] = [customFails, customPromoted]
