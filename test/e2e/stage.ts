import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { connectionOf } from '../../src/adapters/kubernetes/connection.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub, type GitHub } from '../../src/simulator/github.ts'
import type { Repository } from '../../src/simulator/github/forge.ts'
import type { People } from '../../src/simulator/github/people.ts'
import { startSlack, type Slack } from '../../src/simulator/slack.ts'
import { createKedgeAccount } from './access.ts'
import { createApi, tokenConnection, type Api } from './control-plane/api.ts'
import { loadControlPlane, type ControlPlane } from './control-plane/control-plane.ts'
import { writeKubeconfig } from './control-plane/keys.ts'
import { LOGS } from './control-plane/places.ts'
import { applyRepositoryCredentials } from './control-plane/settings.ts'
import { startKedge, type Kedge } from './kedge.ts'
import { startMetrics, type Metrics } from './metrics.ts'
import { startObserver, type Observer } from './observer.ts'

const TOKENS = { kedge: 'token-of-kedge', argocd: 'token-of-argo-cd', slack: 'xoxb-bench', webhook: 'secret-of-the-webhook' }

/** A repository on the forge, with the people who work in it and the branch that they work on. */
export interface Place {
  repository: Repository
  people: People
  cloneUrl: string
  branch: string
}

/** The real control plane, and round it everything that is not a cluster: forge, Slack, metrics, and Kedge. */
export interface Stage extends AsyncDisposable {
  controlPlane: ControlPlane
  /** As an administrator; the bench acts for people with it. */
  api: Api
  github: GitHub
  gitops: Place
  /** Values of charts that lie elsewhere. Its branch has a name of its own, so that one bundle can hold both. */
  values: Place
  slack: Slack
  metrics: Metrics
  observer: Observer
  /** The one that runs now. */
  kedge(): Kedge
  /** Ends Kedge, with `SIGKILL` at once, and starts it again on the same folder after what happens `meanwhile`. */
  restartKedge(signal: 'SIGTERM' | 'SIGKILL', meanwhile?: () => Promise<void>): Promise<void>
}

/** @throws Error when no control plane runs */
export async function openStage(): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const controlPlane = loadControlPlane()
  const { server, caFile, adminToken } = controlPlane
  const folder = await mkdtemp(join(tmpdir(), 'kedge-e2e-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const api = stack.use(createApi(tokenConnection({ server, caFile, token: adminToken })))
  const clock = createSystemClock()
  const github = stack.use(await startGitHub({ clock, directory: join(folder, 'forge'), tokens: { [TOKENS.kedge]: { login: 'kedge[bot]' }, [TOKENS.argocd]: { login: 'argo-cd' } } }))
  const gitops: Place = { ...(await github.createRepository('acme/gitops')), branch: 'main' }
  await gitops.people.commit('ada', { message: 'Begin', files: { 'README.md': 'What runs where.\n' } })
  const values: Place = { ...(await github.createRepository('acme/values')), branch: 'production' }
  await applyRepositoryCredentials(api, { url: github.url, token: TOKENS.argocd, hydratedUrl: gitops.cloneUrl })
  const slack = stack.use(await startSlack({ clock, token: TOKENS.slack }))
  const metrics = stack.use(await startMetrics())
  const kubeconfig = join(folder, 'kedge.kubeconfig')
  writeKubeconfig(kubeconfig, { server, caFile, token: await createKedgeAccount(api) })
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const observer = stack.use(await startObserver(connectionOf(config)))
  const place = {
    folder: join(folder, 'kedge'),
    kubeconfig,
    destination: server,
    github: { url: github.url, token: TOKENS.kedge, webhookSecret: TOKENS.webhook },
    slack: { apiUrl: slack.apiUrl, token: TOKENS.slack },
    logFile: join(LOGS, 'kedge.log'),
  }
  const start = async (): Promise<Kedge> => {
    const started = await startKedge(place)
    github.forge.webhooks.setTarget({ url: `${started.webhooksUrl}/webhooks/github`, secret: TOKENS.webhook })
    return started
  }
  let kedge = await start()
  stack.defer(() => kedge.stop())
  const running = stack.move()
  return {
    controlPlane,
    api,
    github,
    gitops,
    values,
    slack,
    metrics,
    observer,
    kedge: () => kedge,
    async restartKedge(signal, meanwhile) {
      await kedge.stop(signal)
      await meanwhile?.()
      kedge = await start()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
