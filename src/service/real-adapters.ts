import { createGitRepositories, type GitRepositoriesOptions } from '../adapters/git/repositories.ts'
import { createClusterView, type LiveClusterView } from '../adapters/kubernetes/cluster-view.ts'
import { connectTo } from '../adapters/kubernetes/connect.ts'
import type { Connection } from '../adapters/kubernetes/connection.ts'
import { isOfArgoCd } from '../adapters/kubernetes/resources.ts'
import { WATCHED_KINDS } from '../adapters/kubernetes/tables.ts'
import { createOtlpTracer } from '../adapters/otlp/tracer.ts'
import { createImageRegistry } from '../adapters/registries/registry.ts'
import { createSigning } from '../adapters/signing/signing.ts'
import { createSystemClock } from '../adapters/system/clock.ts'
import { createLogger, createRedactor } from '../adapters/system/log.ts'
import { processEnvironment, proxyOf } from '../config/env.ts'
import { labelOf } from '../config/mapping-path.ts'
import { secretTexts, type Secrets } from '../config/secrets.ts'
import type { ClusterConfig } from '../config/settings.ts'
import { KedgeError } from '../domain/errors.ts'
import { allowsChannel } from '../domain/policy/allow.ts'
import { wantsDeployments } from '../domain/policy/settings.ts'
import { VERSION } from '../domain/program-version.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { Adapters, OpenAlerts, Site } from './adapters.ts'
import { namespaceLabelOf } from './alert-places.ts'
import { followMoves } from './follow-moves.ts'
import { joinChannels } from './join-channels.ts'
import { joinForges, type JoinedForge } from './join-forges.ts'
import { joinRenderers } from './join-renderers.ts'
import { createMoves } from './moves.ts'
import { openRenderers } from './open-renderers.ts'

/** Where Git looks for a repository that is on this disk. */
type LeftToTests = 'allowFileProtocol' | 'borrowsOnDisk' | 'searchPath'

/** What `kedge serve` runs on. */
export const realAdapters: Adapters = {
  clock: createSystemClock,
  random: Math.random,
  logger: (config, secrets) => createLogger({ level: config.log.level, secrets: secretTexts(secrets) }),
  ledger({ config: { ledger }, secrets, live, clock, random }) {
    const { manifest, options } = ledger
    const site = {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      after: (ms: number, call: () => void) => clock.after(ms, call),
      random,
      signsIn: () => live.secrets.ledger,
    }
    return manifest.openShared ? manifest.openShared(options, secrets.ledger, site) : manifest.open(options, secrets.ledger, site)
  },
  signing({ config, live }) {
    const { checkpoints } = config.ledger
    if (!checkpoints) return undefined
    const { origin, folder, file } = checkpoints
    const key = () => {
      const { signingKey } = live.secrets
      if (!signingKey) throw new KedgeError('E_SIGNING_KEY', 'there is no key to sign with')
      return signingKey
    }
    return createSigning({ origin, folder, file, key })
  },
  view: async (cluster, site) => openView(cluster, await connectTo(cluster, processEnvironment()), site),
  forges: openForges,
  repositories({ config, rules }, forges) {
    const git = createGitRepositories({
      root: config.mirrors.path,
      allow: rules.allowsRepository,
      caseIgnoringHosts: config.policy.caseIgnoringHosts,
      credentialsFor: (repoURL, rejected) => forges.credentialsFor(repoURL, rejected),
      timeoutMs: config.git.timeoutMs,
      allowPlainHttp: config.git.allowPlainHttp,
      fsckObjects: config.git.checkObjects,
      network: { ...proxyOf(processEnvironment()), caFile: config.git.caFile },
      urlFor: (repoURL) => forges.addressNow?.(repoURL) ?? repoURL,
    } satisfies Required<Omit<GitRepositoriesOptions, LeftToTests>>)
    return followMoves(git, forges)
  },
  async renderer(repositories, site) {
    const { opened, [Symbol.asyncDispose]: close } = await openRenderers(site, repositories)
    return { ...joinRenderers(opened.map(({ renderer }) => renderer)), [Symbol.asyncDispose]: close }
  },
  images: openImages,
  alerts: openAlerts,
  channel: openChannel,
  async tracer({ config, secrets, live, logger }) {
    if (!config.tracing) return undefined
    return createOtlpTracer({
      ...config.tracing,
      headers: secrets.otlpHeaders ?? {},
      redact: createLiveRedactor(live),
      version: VERSION,
      logger,
    })
  },
}

/** The view of one cluster over a connection; it watches nothing before it is started. @throws KedgeError E_CLUSTER_CONFIG */
export function openView(
  cluster: ClusterConfig,
  connection: Connection,
  { config, clock, logger, random, watching }: Pick<Site, 'config' | 'clock' | 'logger' | 'random' | 'watching'>,
): LiveClusterView {
  const withApplications = cluster.name === config.argocd.cluster
  return createClusterView({
    cluster: cluster.name,
    connection,
    clock,
    logger,
    random,
    metrics: watching(cluster.name),
    kinds: WATCHED_KINDS.filter((kind) => withApplications || !isOfArgoCd(kind)),
    pods: cluster.pods,
    deployments: cluster.deployments,
    ...(cluster.namespaces && { namespaces: cluster.namespaces }),
    ...(config.argocd.namespaces && { applicationNamespaces: config.argocd.namespaces }),
  })
}

async function openForges({ config, secrets, rules, clock, logger, assertMayAct }: Site): Promise<HostedForges> {
  const deployments = wantsDeployments(config.policy)
  const site = { allows: rules.allowsRepository, deployments, now: () => clock.now(), assertMayAct }
  const opened = config.forges.map(async ({ manifest, options }, index): Promise<JoinedForge[]> => {
    const credential = secrets.forges[index]?.credential
    if (credential === undefined) return []
    return [{ gitHost: manifest.gitHost(options), forges: await manifest.open(options, credential, site), markup: manifest.markup }]
  })
  const moves = createMoves({ allows: rules.allowsRepository, now: () => clock.now(), logger })
  return joinForges((await Promise.all(opened)).flat(), moves)
}

/** Undefined where no registry may be asked. @throws KedgeError E_CONFIG_INVALID */
export function openImages({ config, secrets }: Pick<Site, 'config' | 'secrets'>): ReturnType<Adapters['images']> {
  if (config.registries.length === 0) return undefined
  return createImageRegistry(
    config.registries.map(({ host, url, tokenHost, username, caFile }, at) => {
      const password = secrets.registries[at]
      return {
        host,
        ...(url !== undefined && { url }),
        ...(tokenHost !== undefined && { tokenHost }),
        ...(caFile !== undefined && { caFile }),
        login: () => (username === undefined || password === undefined ? undefined : { username, password }),
      }
    }),
  )
}

/** @throws KedgeError E_CONFIG_INVALID */
export async function openAlerts({
  config,
  secrets,
  live = { config, secrets },
  clock,
}: Pick<Site, 'config' | 'secrets' | 'clock'> & Partial<Pick<Site, 'live'>>): Promise<readonly OpenAlerts[]> {
  const { cluster: clusterPath, rollout: rolloutPaths } = config.alerts.labels
  const site = {
    namespaceLabel: namespaceLabelOf(config),
    clusterLabel: labelOf(clusterPath),
    rolloutLabels: rolloutPaths.flatMap((path) => labelOf(path) ?? []),
    now: () => clock.now(),
  }
  const opened = config.alerts.sources.map(async ({ manifest, options, cluster }, index): Promise<OpenAlerts[]> => {
    const credential = secrets.alerts[index]
    const signsIn = (): unknown => live.secrets.alerts[index]
    return credential === undefined ? [] : [{ cluster, source: await manifest.open(options, credential, { ...site, signsIn }) }]
  })
  return (await Promise.all(opened)).flat()
}

async function openChannel({ config, secrets, clock }: Site): ReturnType<Adapters['channel']> {
  const opened = config.channels.map(async ({ manifest, options, name }, index) => {
    const credential = secrets.channels[index]
    if (credential === undefined) return []
    // What is allowed is said with the name of the channel before it, or without for the first.
    const allows = (channel: string): boolean =>
      allowsChannel(config.policy, `${name}:${channel}`) || (index === 0 && allowsChannel(config.policy, channel))
    const channel = await manifest.open(options, credential, { allows, now: () => clock.now() })
    return [{ name, hasOnePlace: manifest.hasOnePlace ?? false, channel }]
  })
  return joinChannels((await Promise.all(opened)).flat())
}

/** Hides the secrets that hold by now, and those that it has known. */
function createLiveRedactor(live: Site['live']): (text: string) => string {
  const known = new Set<string>()
  let last: { secrets: Secrets; redact: (text: string) => string } | undefined
  return (text) => {
    if (last?.secrets !== live.secrets) {
      for (const secret of secretTexts(live.secrets)) known.add(secret)
      last = { secrets: live.secrets, redact: createRedactor([...known]) }
    }
    return last.redact(text)
  }
}
