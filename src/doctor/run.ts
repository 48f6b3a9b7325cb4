import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LiveClusterView } from '../adapters/kubernetes/cluster-view.ts'
import { connectTo } from '../adapters/kubernetes/connect.ts'
import { createSystemClock } from '../adapters/system/clock.ts'
import { configFileOf, isConfigNamed, processEnvironment, type Environment } from '../config/env.ts'
import { spellFault } from '../config/faults.ts'
import { loadConfig, type LoadedConfig } from '../config/load.ts'
import { ownersOf } from '../domain/application/mapping.ts'
import { normaliseRepoURL } from '../domain/application/repo-url.ts'
import { KedgeError } from '../domain/errors.ts'
import { failure, ok, warn, type Finding } from '../ports/finding.ts'
import { SILENT } from '../ports/log.ts'
import { UNWATCHED } from '../service/adapters.ts'
import { NO_REPOSITORIES, openRenderers } from '../service/open-renderers.ts'
import { openAlerts, openImages, openView, realAdapters } from '../service/real-adapters.ts'
import { rulesOf } from '../service/rules.ts'
import { checkArgoCd, checkMapping } from './check-argocd.ts'
import { checkChannels } from './check-channels.ts'
import { checkCluster } from './check-cluster.ts'
import { checkFiles } from './check-files.ts'
import { checkLocal, checkWebhooks } from './check-local.ts'
import { checkRegistries } from './check-registries.ts'
import { checkRepository, type Source } from './check-repositories.ts'
import { checkSigning } from './check-signing.ts'
import { checkStorms } from './check-storms.ts'
import { createKubeApi } from './kube-api.ts'

export interface DoctorOptions {
  /** The file that was named, if one was. */
  config: string | undefined
  env: Environment
  /** Epoch ms. */
  now: () => number
  /** How long the first lists of a cluster may take. Default 30,000. */
  viewTimeoutMs?: number
}

const VIEW_TIMEOUT_MS = 30_000
const MAX_REPOSITORIES = 50
const NO_FILE = 'Name the file with --config or KEDGE_CONFIG, or begin one with `kedge init`.'

/**
 * Looks at everything that Kedge needs, with the credentials of the configuration, and changes nothing. One check that cannot be made
 * keeps no other from being made.
 * @throws KedgeError E_CONFIG_INVALID
 */
export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const file = configFileOf(options.config, options.env)
  const loaded = loadConfig({ file, env: options.env, optional: !isConfigNamed(options.config, options.env) })
  const mode = `mode ${loaded.config.policy.defaults.mode ?? 'observe'} by default`
  const findings: Finding[] = [
    loaded.isThere
      ? ok('configuration', `${file} is valid; ${mode}`)
      : warn('configuration', `${file} is not there: the built-in settings hold; ${mode}`, NO_FILE),
    ...(await checkFiles(loaded.named)),
  ]
  findings.push(...loaded.warnings.map((warning) => warn('configuration', spellFault(warning), 'See docs/configuration.md.')))
  await using stack = new AsyncDisposableStack()
  const views: LiveClusterView[] = []
  for (const cluster of loaded.config.clusters) {
    const found = await examineCluster(cluster.name, loaded, options, (view) => views.push(stack.use(view)))
    findings.push(...found)
  }
  findings.push(...(await examineArgoCd(loaded, views)))
  findings.push(...(await examineRepositories(sourcesOf(loaded, views), loaded, options)))
  findings.push(...(await examineRegistries(loaded, views)))
  findings.push(...(await examineAlerts(loaded)))
  findings.push(...(await checkChannels(loaded.config, loaded.secrets)), ...checkWebhooks(loaded.config, loaded.secrets))
  findings.push(...(await checkLocal(loaded, options.now)), ...(await checkSigning(loaded)), ...(await checkStorms(loaded)))
  return findings
}

/** Whoever has the alerts, each asked as the service does. */
async function examineAlerts({ config, secrets }: LoadedConfig): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const opened = await openAlerts({ config, secrets, clock: createSystemClock() })
  for (const [index, { source }] of opened.entries()) {
    findings.push(...((await config.alerts.sources[index]?.manifest.examine(source)) ?? []))
    await source[Symbol.asyncDispose]?.()
  }
  return findings
}

async function examineCluster(
  name: string,
  { config }: LoadedConfig,
  options: DoctorOptions,
  keep: (view: LiveClusterView) => void,
): Promise<readonly Finding[]> {
  const cluster = config.clusters.find((one) => one.name === name)
  if (!cluster) return []
  try {
    const connection = await connectTo(cluster, processEnvironment())
    await using api = createKubeApi(name, connection)
    const findings = await checkCluster(cluster, config, { api, now: options.now })
    if (findings.some(({ level }) => level === 'fail')) return findings
    const view = openView(cluster, connection, {
      config,
      clock: createSystemClock(),
      logger: SILENT,
      random: Math.random,
      watching: UNWATCHED,
    })
    keep(view)
    await within(options.viewTimeoutMs ?? VIEW_TIMEOUT_MS, view)
    return findings
  } catch (fault) {
    return [failure(`cluster ${name}`, fault)]
  }
}

/** Waits for the first lists. */
async function within(milliseconds: number, view: LiveClusterView): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () =>
      late.reject(new KedgeError('E_CLUSTER_UNREACHABLE', `cluster ${view.cluster}: its lists did not come in within ${milliseconds} ms`)),
    milliseconds,
  )
  try {
    await Promise.race([view.start(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function examineArgoCd({ config, secrets }: LoadedConfig, views: readonly LiveClusterView[]): Promise<readonly Finding[]> {
  const argocd = views.find(({ cluster }) => cluster === config.argocd.cluster)
  const cluster = config.clusters.find(({ name }) => name === config.argocd.cluster)
  // Why it is not in view has been said already.
  if (!argocd?.freshness('applications').fresh || !cluster) return []
  try {
    await using api = createKubeApi(cluster.name, await connectTo(cluster, processEnvironment()))
    const mapped = views.filter((view) => view.freshness('rollouts').fresh).flatMap((view) => checkMapping(config, view, argocd))
    const applications = [...argocd.applications()]
    await using renderers = await openRenderers({ config, secrets }, NO_REPOSITORIES)
    const asked = renderers.opened.map(({ manifest, renderer }) => manifest.examine(renderer, applications))
    return [...(await checkArgoCd(config, api, applications)), ...(await Promise.all(asked)).flat(), ...mapped]
  } catch (fault) {
    return [failure('Argo CD', fault)]
  }
}

async function examineRegistries({ config, secrets }: LoadedConfig, views: readonly LiveClusterView[]): Promise<readonly Finding[]> {
  try {
    const registry = openImages({ config, secrets })
    await using stack = new AsyncDisposableStack()
    if (registry) stack.use(registry)
    return await checkRegistries(
      config,
      registry,
      views.flatMap((view) => [...view.rollouts()]).flatMap(({ images }) => images),
    )
  } catch (fault) {
    return [failure('registries', fault)]
  }
}

/** Where the Rollouts in view come from, each repository and branch once. */
function sourcesOf({ config }: LoadedConfig, views: readonly LiveClusterView[]): readonly Source[] {
  const argocd = views.find(({ cluster }) => cluster === config.argocd.cluster)
  if (!argocd) return []
  const rules = rulesOf({ config })
  const applications = views.flatMap((view) => [...view.rollouts()]).flatMap((rollout) => ownersOf(rollout, argocd, rules.deploysTo))
  const sources = applications.flatMap((application) => application.sources).filter(({ chart }) => chart === undefined)
  const byPlace = sources.map(
    ({ repoURL, targetRevision }) =>
      [`${normaliseRepoURL(repoURL)} ${targetRevision}`, { repoURL, branch: targetRevision || 'HEAD' }] as const,
  )
  return [...new Map(byPlace).values()]
}

/** In mirrors of its own, so that a running service keeps its own to itself. */
async function examineRepositories(
  sources: readonly Source[],
  { config, secrets }: LoadedConfig,
  { now }: DoctorOptions,
): Promise<readonly Finding[]> {
  if (sources.length === 0) return []
  const folder = await mkdtemp(join(tmpdir(), 'kedge-doctor-'))
  try {
    const site = {
      config: { ...config, mirrors: { path: folder } },
      secrets,
      rules: rulesOf({ config }),
      live: { config, secrets },
      clock: realAdapters.clock(),
      logger: SILENT,
      random: realAdapters.random,
      watching: UNWATCHED,
      assertMayAct: () => undefined,
    }
    const repositories = realAdapters.repositories(site, await realAdapters.forges(site))
    const findings: Finding[] = []
    for (const source of sources.slice(0, MAX_REPOSITORIES))
      findings.push(...(await checkRepository(source, { config, secrets, repositories, now })))
    const rest = sources.length - MAX_REPOSITORIES
    return rest > 0 ? [...findings, ok('repositories', `${rest} more were not looked at`)] : findings
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
