import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLiveTemplate } from '../../../src/adapters/kubernetes/snapshots/live-template.ts'
import { createViewStore } from '../../../src/adapters/kubernetes/store.ts'
import { createVirtualClock, type VirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { createService } from '../../../src/service.ts'
import type { RunningView } from '../../../src/service/adapters.ts'
import { realAdapters } from '../../../src/service/real-adapters.ts'
import { startArgoCd } from '../../../src/simulator/argo-cd.ts'
import { startArgoRollouts, type ArgoRolloutsOptions } from '../../../src/simulator/argo-rollouts.ts'
import type { Clock } from '../../../src/simulator/clock.ts'
import { startGitHub } from '../../../src/simulator/github.ts'
import type { Repository } from '../../../src/simulator/github/forge.ts'
import type { People } from '../../../src/simulator/github/people.ts'
import { createObjectStore, type ObjectStore } from '../../../src/simulator/kubernetes/store.ts'
import { startSlack, type Slack } from '../../../src/simulator/slack.ts'
import { inTurn, takeTurns } from './in-turn.ts'
import { repositoriesAt } from './repositories.ts'

// The real service before the simulator's Argo CD, Argo Rollouts and GitHub, on a clock that moves only when told to: what it writes and
// shows is what it would be, and the same each time.

const CLUSTER = 'east'
export const REPO_URL = 'https://github.example/acme/gitops.git'
/** Of the stand-ins; it opens nothing else. */
const TOKEN = 'simulator-token'
/** Longer than any story: Argo CD looks at Git when it is told to. */
const NEVER_MS = 365 * 86_400_000

/** See {@link openWorld}. */
export interface FleetWorld extends AsyncDisposable {
  /** Of the pages and the API. */
  url: string
  clock: VirtualClock
  store: ObjectStore
  repository: Repository
  people: People
  slack: Slack
  /** Time goes by, and all that falls due in it is done. */
  advanceTo: (at: number) => Promise<void>
  /** Argo CD looks at Git, and brings to the cluster what is new there. */
  sync: () => Promise<void>
}

export interface FleetWorldOptions {
  /** Epoch milliseconds. */
  start: number
  metric: ArgoRolloutsOptions['metric']
  /** Whether the pods of an image never get ready. */
  isBroken: (image: string) => boolean
  /** Where the pages are served. Default: a free port. */
  port?: number
}

/** Starts the stand-ins and the service. Nothing is deployed yet, and nothing is in Git. */
export async function openWorld({ start, metric, isBroken, port = 0 }: FleetWorldOptions): Promise<FleetWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-fleet-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const clock = createVirtualClock(start)
  const { store, github, repository, people, slack, argoCd } = await startStandIns(stack, { folder, clock, metric, isBroken })
  const turns = takeTurns()
  const { config, secrets } = loadConfig({ file: await writeConfig(folder, { forge: github.url, slack: slack.apiUrl }, port), env: {} })
  const service = stack.use(
    await createService(config, secrets, {
      ...realAdapters,
      clock: () => clock,
      random: () => 0.5,
      logger: () => SILENT,
      view: async () => viewOf(store, clock),
      forges: async (site) => inTurn(await realAdapters.forges(site), turns),
      channel: async (site) => inTurn((await realAdapters.channel(site))!, turns),
      repositories: ({ rules }) => inTurn(repositoriesAt({ github, repository, root: folder, allows: rules.allowsRepository }), turns),
    }),
  )
  await service.ready()
  const running = stack.move()
  return {
    url: service.apiUrl,
    clock,
    store,
    repository,
    people,
    slack,
    advanceTo: (at) => clock.advanceTo(at, () => service.ready()),
    async sync() {
      await argoCd.refresh()
      await service.ready()
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type StandInOptions = Pick<FleetWorldOptions, 'metric' | 'isBroken'> & { folder: string; clock: VirtualClock }

/** All that is round the service. */
async function startStandIns(stack: AsyncDisposableStack, { folder, clock, metric, isBroken }: StandInOptions) {
  const timed = simulatorClock(clock)
  let uids = 0
  const store = createObjectStore(timed, undefined, () => `00000000-0000-4000-8000-${String((uids += 1)).padStart(12, '0')}`)
  const github = await startGitHub({ clock: timed, directory: folder, tokens: { [TOKEN]: { login: 'kedge[bot]' } } })
  stack.defer(() => github.stop())
  const { repository, people } = await github.createRepository('acme/gitops')
  // What it calls itself in its answers is what people read. The port under which it is asked is another one each time.
  github.forge.url = 'https://github.example'
  const slack = await startSlack({ clock: timed, token: TOKEN, channels: [{ id: 'C0DEPLOYS', name: 'deploys' }] })
  stack.defer(() => slack.stop())
  const rollouts = startArgoRollouts({ store, clock: timed, metric, pods: { startMs: 2_000, readyMs: 9_000, isBroken } })
  stack.defer(() => rollouts.stop())
  const argoCd = startArgoCd({
    store,
    clock: timed,
    pollMs: NEVER_MS,
    repository: (url) => (url === REPO_URL ? repository.git : undefined),
  })
  stack.defer(() => argoCd.stop())
  return { store, github, repository, people, slack, argoCd }
}

function simulatorClock(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    setTimer(ms, call) {
      const timer = clock.after(ms, call)
      return () => timer[Symbol.dispose]()
    },
  }
}

async function writeConfig(folder: string, at: { forge: string; slack: string }, port: number): Promise<string> {
  await writeFile(join(folder, 'token'), TOKEN, { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
defaults: { mode: pr, channel: "#deploys", announce: [status, comment] }
allow: { repositories: ["https://github.example/acme/*"] }
forges: [{ type: github, apiBaseUrl: "${at.forge}/api/v3", host: github.example, tokenFile: token }]
channels: [{ type: slack, tokenFile: token, apiUrl: "${at.slack}" }]
clusters: [{ name: ${CLUSTER} }]
argocd: { url: "https://argocd.example" }
server: { api: { port: ${port} }, webhooks: { port: 0 } }
ledger: { path: ledger.db }
mirrors: { path: mirrors }
`,
  )
  return file
}

/** The cluster as Kedge sees it, without the wire between: each change at the moment that it is made. */
function viewOf(store: ObjectStore, clock: VirtualClock): RunningView {
  const view = createViewStore(CLUSTER)
  const stop = store.subscribe(({ type, object }) => view.apply(type, object))
  return {
    ...view,
    freshness: () => ({ fresh: true, asOf: clock.now(), blind: [] }),
    reread: async (namespace, name) => view.rollout(namespace, name),
    rereadApplication: async (namespace, name) => view.application(namespace, name),
    rereadExperiment: async (namespace, name) => view.standaloneExperiment(namespace, name),
    template: async ({ namespace, name, uid }) => readLiveTemplate(store.get({ plural: 'replicasets', namespace, name }), uid),
    start: async () => undefined,
    [Symbol.asyncDispose]: async () => stop(),
  }
}
