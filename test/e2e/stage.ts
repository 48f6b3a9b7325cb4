import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { connectionOf } from '../../src/adapters/kubernetes/connection.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub, type GitHub } from '../../src/simulator/github.ts'
import type { Repository } from '../../src/simulator/github/forge.ts'
import type { People } from '../../src/simulator/github/people.ts'
import { startSlack, type Slack } from '../../src/simulator/slack.ts'
import { applyRepositoryCredentials, createKedgeAccount } from './access.ts'
import { openArgocd, type Argocd } from './argocd-access.ts'
import { openBelongings, type Belongings } from './belongings.ts'
import type { Cluster } from './cluster.ts'
import { createApi, type Api } from './control-plane/api.ts'
import { LOGS } from './control-plane/places.ts'
import { openGitea, type BenchGitea } from './gitea.ts'
import { startKedge, type Kedge, type KedgePlace } from './kedge.ts'
import { startMetrics, type Metrics } from './metrics.ts'
import { startMonitoring, type Monitoring } from './monitoring.ts'
import { startObserver, type Observer } from './observer.ts'
import { checkReach } from './reach.ts'

/** What the webhooks of both forges are signed with. */
export const webhookSecret = (): string => TOKENS.webhook

/** New ones each time: the forge may be reached by others than those who were given one. */
const TOKENS = { kedge: token(), argocd: token(), slack: `xoxb-${token()}`, webhook: token() }

/** A repository on the forge, with the people who work in it and the branch that they work on. */
export interface Place {
  repository: Repository
  people: People
  cloneUrl: string
  branch: string
}

/** A real cluster, and round it everything that is not a cluster: forge, Slack, metrics, and Kedge. */
export interface Stage extends AsyncDisposable {
  cluster: Cluster
  /** As an administrator; the bench acts for people with it. */
  api: Api
  /** What is made with it and has to go again. */
  belongings: Belongings
  github: GitHub
  gitops: Place
  /**
   * For what lies elsewhere: the values of charts, and what is hydrated out of the GitOps repository. Its branch has a name of its own, so
   * that one bundle can hold both.
   */
  values: Place
  /** A real one beside the stand-in; undefined where it was not built, and in a cluster of somebody else. */
  gitea: BenchGitea | undefined
  slack: Slack
  metrics: Metrics
  /** A real Prometheus and Alertmanager, where a scenario needs them. */
  monitoring: Monitoring | undefined
  observer: Observer
  /** Argo CD's own API; undefined in a cluster of somebody else. */
  argocd: Argocd | undefined
  /** What Kedge was given and may tell nobody. */
  secrets: readonly string[]
  /** The file that leads Kedge to the cluster. */
  kubeconfig: string
  /** Where the next Kedge reaches Gitea; undefined: where Gitea itself is. */
  reachGiteaAt(url: string | undefined): void
  /** The one that runs now. */
  kedge(): Kedge
  /** Ends Kedge, with `SIGKILL` at once, and starts it again on the same folder after what happens `meanwhile`. */
  restartKedge(signal: 'SIGTERM' | 'SIGKILL', meanwhile?: () => Promise<void>): Promise<void>
}

/** What is started only where a scenario asks for it. */
export interface StageNeeds {
  monitoring?: boolean
}

/** @throws Error that says what is missing or in the way */
export async function openStage(cluster: Cluster, needs: StageNeeds = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-e2e-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const api = stack.use(createApi(cluster.connection))
  const belongings = stack.use(openBelongings(api, cluster.argocdNamespace))
  // A run that was cut off leaves Rollouts behind, which Kedge would rightly call broken before it came.
  await belongings.removeAll()
  const { github, gitops, values, gitea } = await openForges(stack, { folder, cluster, belongings })
  const slack = stack.use(await startSlack({ clock: createSystemClock(), token: TOKENS.slack }))
  const metrics = stack.use(await startMetrics(cluster.host))
  const monitoring = needs.monitoring ? stack.use(await startMonitoring(folder, TOKENS.webhook)) : undefined
  const kubeconfig = join(folder, 'kedge.kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfigFor(await createKedgeAccount(api, belongings, cluster)), { mode: 0o600 })
  if (cluster.own === undefined)
    await checkReach({ api, belongings, cluster, cloneUrl: gitops.cloneUrl, metricUrl: metrics.urlOf('reach') })
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const observer = stack.use(await startObserver(connectionOf(config)))
  const argocd = cluster.own && (await openArgocd(api, { url: cluster.own.argocdUrl, namespace: cluster.argocdNamespace }))
  const place = placeOfKedge({ cluster, github, gitea, slack, argocd, monitoring, kubeconfig }, folder)
  const start = async (): Promise<Kedge> => {
    const started = await startKedge(place)
    github.forge.webhooks.setTarget({ url: `${started.webhooksUrl}/webhooks/github`, secret: TOKENS.webhook })
    monitoring?.exporter.passTo(`${started.webhooksUrl}/webhooks/alertmanager`)
    return started
  }
  let kedge = await start()
  stack.defer(() => kedge.stop())
  const running = stack.move()
  return {
    cluster,
    api,
    belongings,
    github,
    gitops,
    values,
    gitea,
    slack,
    metrics,
    monitoring,
    observer,
    argocd,
    kubeconfig,
    secrets: [TOKENS.kedge, TOKENS.slack, TOKENS.webhook, ...(gitea ? [gitea.tokens.kedge] : [])],
    reachGiteaAt(url) {
      if (gitea) place.gitea = { url: url ?? gitea.url, token: gitea.tokens.kedge }
    },
    kedge: () => kedge,
    async restartKedge(signal, meanwhile) {
      await kedge.stop(signal)
      await meanwhile?.()
      kedge = await start()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type Reached = Pick<Stage, 'cluster' | 'github' | 'gitea' | 'slack' | 'argocd' | 'monitoring' | 'kubeconfig'>

/** Where Kedge is, and what it reaches. */
function placeOfKedge({ cluster, github, gitea, slack, argocd, monitoring, kubeconfig }: Reached, folder: string): KedgePlace {
  return {
    folder: join(folder, 'kedge'),
    kubeconfig,
    destination: cluster.destination,
    github: { url: github.url, token: TOKENS.kedge, webhookSecret: TOKENS.webhook, allowPlainHttp: cluster.own === undefined },
    gitea: gitea && { url: gitea.url, token: gitea.tokens.kedge },
    slack: { apiUrl: slack.apiUrl, token: TOKENS.slack },
    argocd,
    alerts: monitoring,
    logFile: join(LOGS, 'kedge.log'),
  }
}

/** The stand-in with its repositories, and a real forge beside it where one was built; Argo CD may read all of them. */
async function openForges(
  stack: AsyncDisposableStack,
  { folder, cluster, belongings }: Pick<Stage, 'cluster' | 'belongings'> & { folder: string },
): Promise<Pick<Stage, 'github' | 'gitops' | 'values' | 'gitea'>> {
  const github = stack.use(
    await startGitHub({
      clock: createSystemClock(),
      directory: join(folder, 'forge'),
      host: cluster.host,
      tokens: { [TOKENS.kedge]: { login: 'kedge[bot]' }, [TOKENS.argocd]: { login: 'argo-cd' } },
    }),
  )
  const gitops: Place = { ...(await github.createRepository('acme/gitops')), branch: 'main' }
  await gitops.people.commit('ada', { message: 'Begin', files: { 'README.md': 'What runs where.\n' } })
  const values: Place = { ...(await github.createRepository('acme/values')), branch: 'production' }
  await applyRepositoryCredentials(belongings, cluster, { url: github.url, token: TOKENS.argocd })
  const gitea = cluster.own?.gitea && (await openGitea(cluster.own.gitea))
  if (gitea) await applyRepositoryCredentials(belongings, cluster, { url: gitea.url, token: gitea.tokens['argo-cd'], name: 'gitea' })
  return { github, gitops, values, gitea }
}

function token(): string {
  return randomBytes(16).toString('hex')
}
