import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAlerts, type Alerts } from './alerts.ts'
import { startArgoCd } from './argo-cd.ts'
import { startArgoRollouts, type ArgoRolloutsOptions } from './argo-rollouts.ts'
import type { MetricAnswer } from './argo-rollouts/measure.ts'
import type { Rollout } from './argo-rollouts/types.ts'
import { createSystemClock, type Clock } from './clock.ts'
import { startGitHub, type GitHub, type GitHubOptions } from './github.ts'
import type { Repository } from './github/forge.ts'
import type { People } from './github/people.ts'
import { startKubernetesApi, type KubernetesApi, type KubernetesApiOptions } from './kubernetes-api.ts'
import { startSlack, type Slack } from './slack.ts'
import { awaitObject } from './world/await-object.ts'
import { createDeeds, type Deeds } from './world/deeds.ts'
import { applicationManifest, firstFiles, STORY, TOKENS } from './world/story.ts'

export interface WorldOptions {
  /** Default: real time. */
  clock?: Clock
  /** Version in the first commit. Default v1.7.3. */
  version?: string
  /** See ArgoRolloutsOptions.pace. Default 1: about four seconds from a release to its abort. */
  pace?: number
  pods?: NonNullable<ArgoRolloutsOptions['pods']>
  /** See ArgoRolloutsOptions.errorRetryMs. Default 1,000: a story cannot wait forty seconds for an error. */
  errorRetryMs?: number
  /** How often Argo CD looks at the branch, in milliseconds. Default 200. */
  pollMs?: number
  kubernetes?: Partial<KubernetesApiOptions>
  /** Of {@link createWorld}. */
  github?: Partial<GitHubOptions>
}

/** What the stand-in of any forge has. */
export type ForgeServer = Pick<GitHub, 'url' | 'forge' | 'faults' | 'createRepository' | 'stop'>

/** Starts one, in a folder, for accounts that have a token each. */
export type StartForge<F extends ForgeServer> = (place: Pick<GitHubOptions, 'clock' | 'directory' | 'tokens'>) => Promise<F>

/** A cluster with Argo, a forge and a Slack on loopback, with one application in them. */
export interface Scene<F extends ForgeServer = ForgeServer> extends AsyncDisposable, Deeds {
  clock: Clock
  kubernetes: KubernetesApi
  forge: F
  slack: Slack
  /** Prometheus and Alertmanager. */
  alerts: Alerts
  repository: Repository
  people: People
  /** Where the repository is cloned from; also the Application's repoURL. */
  cloneUrl: string
  /**
   * Decides what is measured from now on: a list of answers for the measurements of each run (the last one repeats), or
   * a
   * function of the image and the number of measurements already taken. Default: 0.99 for everything.
   */
  scriptMetric(script: readonly MetricAnswer[] | ((image: string, taken: number) => MetricAnswer)): void
  /** Makes Argo CD look at the branch now. With a manual clock this is the only way that waits for git. */
  refreshGit(): Promise<void>
  rollout(): Rollout | undefined
  /** Resolves when the Rollout has got to where `holds` is true. Rejects after `timeoutMs`, default 20,000. */
  untilRollout(holds: (rollout: Rollout) => boolean, timeoutMs?: number): Promise<Rollout>
  stop(): Promise<void>
}

const ROLLOUT = { plural: 'rollouts', namespace: STORY.namespace, name: STORY.rollout }

/** A scene whose forge is GitHub. */
export interface World extends Scene<GitHub> {
  github: GitHub
}

/** {@link createScene} on GitHub. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const scene = await createScene((place) => startGitHub({ ...place, ...options.github }), options)
  return { ...scene, github: scene.forge }
}

/** Starts everything. The first commit is made and its Application exists; `untilRollout` tells when it is Healthy. */
export async function createScene<F extends ForgeServer>(startForge: StartForge<F>, options: WorldOptions = {}): Promise<Scene<F>> {
  const clock = options.clock ?? createSystemClock()
  const directory = await mkdtemp(join(tmpdir(), 'kedge-simulator-'))
  const kubernetes = await startKubernetesApi({ clock, token: TOKENS.kubernetes, ...options.kubernetes })
  const forge = await startForge({ clock, directory, tokens: { [TOKENS.github]: { login: 'kedge[bot]' } } })
  const slack = await startSlack({ clock, token: TOKENS.slack, channels: [{ ...STORY.channel }] })
  const alerts = await startAlerts({ clock })
  const { repository, people, cloneUrl } = await forge.createRepository(STORY.repository)
  const { store } = kubernetes
  let measure: (image: string, taken: number) => MetricAnswer = () => 0.99

  await people.commit('alice', {
    files: firstFiles(options.version ?? 'v1.7.3'),
    message: `Deploy ${STORY.rollout} ${options.version ?? 'v1.7.3'}\n`,
  })
  const rollouts = startArgoRollouts({
    store,
    clock,
    metric: ({ image, taken }) => measure(image, taken),
    errorRetryMs: options.errorRetryMs ?? 1000,
    ...pick(options, 'pace'),
    ...pick(options, 'pods'),
  })
  const argoCd = startArgoCd({
    store,
    clock,
    repository: (url) => (url === cloneUrl ? repository.git : undefined),
    ...pick(options, 'pollMs'),
  })
  store.apply(applicationManifest(cloneUrl))

  async function stop(): Promise<void> {
    rollouts.stop()
    await argoCd.stop()
    await Promise.all([kubernetes.stop(), forge.stop(), slack.stop(), alerts.stop()])
    await rm(directory, { recursive: true, force: true })
  }

  return {
    ...createDeeds(store, repository, people),
    clock,
    kubernetes,
    forge,
    slack,
    alerts,
    repository,
    people,
    cloneUrl,
    scriptMetric(script) {
      measure = typeof script === 'function' ? script : (_, taken) => script[Math.min(taken, script.length - 1)] ?? 0.99
    },
    refreshGit: () => argoCd.refresh(),
    rollout: () => store.get(ROLLOUT) as Rollout | undefined,
    untilRollout: (holds, timeoutMs = 20_000) => awaitObject<Rollout>(store, clock, { ref: ROLLOUT, holds, timeoutMs }),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** One option where it is set, so that an absent one leaves the default alone. */
function pick<T extends object, K extends keyof T>(options: T, key: K): Partial<Pick<T, K>> {
  return options[key] === undefined ? {} : ({ [key]: options[key] } as unknown as Pick<T, K>)
}
