import { linksOf } from '../config/addresses.ts'
import type { Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { ownersOf } from '../domain/application/mapping.ts'
import { lineThatAllows } from '../domain/policy/look-into-git.ts'
import { rolloutKey } from '../domain/rollout/key.ts'
import type { RolloutRef, RolloutSnapshot } from '../domain/rollout/snapshots.ts'
import { nameInHost } from '../domain/words/host-name.ts'
import type { Metrics } from '../http/metrics/metrics.ts'
import type { HttpOptions } from '../http/request/options.ts'
import type { HeldLedger } from '../ports/held-ledger.ts'
import type { Signing } from '../ports/signing.ts'
import type { Environment } from '../reconcile/environment.ts'
import { alertsOf } from '../reconcile/loop/alerts-of.ts'
import type { Replica } from '../reconcile/loop/replica.ts'

/** What the listeners answer from. */
export interface HttpParts {
  config: Config
  secrets: Secrets
  environment: Environment
  controller: Replica
  metrics: Metrics
  store: HeldLedger
  /** Undefined where nothing is signed. */
  signing: Signing | undefined
  readiness: HttpOptions['readiness']
  chain: HttpOptions['chain']
  /** Undefined where nothing is signed. */
  signedCheckpoints: HttpOptions['signedCheckpoints']
}

/** What the listeners answer with, as the configuration is. */
export function httpOptions(parts: HttpParts): Required<HttpOptions> {
  const { config, secrets, environment, controller, metrics, store, signing, readiness, chain, signedCheckpoints } = parts
  const { views, ledger, clock, logger } = environment
  return {
    views,
    ledger,
    clock,
    logger,
    store,
    inbox: store,
    isShared: store.election !== undefined,
    leaders: () => controller.leaders(),
    verdict: (ref) => verdictOf(controller, ref),
    ownersOf: (rollout) => ownersOf(rollout, environment.applications, environment.deploysTo),
    policy: (ref) => policyOf(environment, ref),
    unaskedGit: (rollout) => unaskedGit(config, environment, rollout),
    alertsOf: environment.alerts && ((ref) => alertsOf(environment, ref)),
    links: linksOf(config),
    attest: signing && ((key) => signing.attest(store, key)),
    chain,
    signedCheckpoints,
    readiness,
    registry: metrics.registry,
    adopt: async (key, by) => {
      const result = await controller.adopt(key, by)
      if (result === 'elsewhere') return { result: 'asked' }
      return result === 'not-needed'
        ? { result: 'refused', reason: 'It is neither pre-existing nor undone, or it is adopted or has ended: there is nothing to adopt.' }
        : { result }
    },
    retry: async (ref) => {
      const isKnown = views.some((view) => view.cluster === ref.cluster && view.rollout(ref.namespace, ref.name) !== undefined)
      if (!isKnown && ledger.releasesOf(ref).length === 0) return false
      await controller.retry(rolloutKey(ref))
      return true
    },
    releaseStorm: async (key, by) => {
      const result = await controller.releaseStorm(key, by)
      return result === 'elsewhere' ? 'asked' : result
    },
    lift: async (lift) => {
      const result = await controller.lift(lift)
      return result === 'elsewhere' ? 'asked' : result
    },
    senders: [...sendersOf(config, secrets), ...alertSenderOf(config, secrets)],
    interactions: interactionsOf(config, secrets),
    answer: (answer, channel) => controller.answer(answer, channel),
    secrets: { adminToken: secrets.adminToken, argocdWebhook: secrets.argocdWebhook },
    hosts: { api: config.server.api.hosts, webhooks: config.server.webhooks.hosts },
    publicHost: config.server.publicUrl === undefined ? undefined : nameInHost(new URL(config.server.publicUrl).host),
    argocdFields: config.argocd.webhookFields,
    maxBodyBytes: config.server.webhooks.maxBodyBytes,
    enqueue: (key) => controller.enqueue(key),
    enqueueRepository: (repository) => controller.enqueueRepository(repository),
    enqueueApplication: (namespace, name) => controller.enqueueApplication(namespace, name),
    enqueueAlerts: () => controller.enqueueAlerts(),
    counted: (source, result) => metrics.webhook(source, result),
  }
}

/** One sender for each kind of forge, with the secrets of all its hosts. */
function sendersOf({ forges }: Config, secrets: Secrets): HttpOptions['senders'] {
  const kinds = [...new Set(forges.map(({ manifest }) => manifest))]
  return kinds.map((manifest) => ({
    id: manifest.id,
    name: manifest.name,
    webhook: manifest.webhook,
    secrets: forges.flatMap((forge, index) => (forge.manifest === manifest ? (secrets.forges[index]?.webhook ?? []) : [])),
  }))
}

/** Alertmanager sends what Prometheus fires, whichever of them is asked. */
function alertSenderOf({ alerts: { sources, sender } }: Config, { alertsWebhook }: Secrets): HttpOptions['senders'] {
  if (sources.length === 0 || !sender?.webhook) return []
  return [{ id: sender.id, name: sender.name, webhook: sender.webhook, secrets: alertsWebhook === undefined ? [] : [alertsWebhook] }]
}

/** One for each kind of channel where people answer cards, with those of its entries that take answers. */
function interactionsOf({ channels }: Config, secrets: Secrets): NonNullable<HttpOptions['interactions']> {
  return [...new Set(channels.map(({ manifest }) => manifest))].flatMap(({ id, name, interaction }) => {
    if (!interaction) return []
    const entries = channels.flatMap((channel, index) => {
      const credential = secrets.channels[index]
      const secret = channel.manifest.id === id && credential !== undefined ? interaction.secret(credential) : undefined
      return secret === undefined ? [] : [{ name: channel.name, secret, options: channel.options }]
    })
    return [{ id, name, interaction, entries }]
  })
}

/** See `ReadOptions`. Of a Rollout that no Application owns, or several, Git is no matter. */
function unaskedGit(
  { policy }: Config,
  { applications, deploysTo, allowsRepository }: Environment,
  rollout: RolloutSnapshot | undefined,
): string | undefined {
  const owners = rollout ? ownersOf(rollout, applications, deploysTo) : [...applications.applications()].slice(0, 1)
  if (rollout ? owners.length !== 1 : policy.allow.repositories.length > 0) return undefined
  const sources = owners.flatMap((owner) => owner.sources).filter(({ chart }) => chart === undefined)
  if (sources.some(({ repoURL }) => allowsRepository(repoURL)) || (rollout && sources.length === 0)) return undefined
  return lineThatAllows(sources[0]?.repoURL)
}

function policyOf(
  { views, applications, deploysTo, policyFor, clock }: Environment,
  ref: RolloutRef,
): ReturnType<NonNullable<HttpOptions['policy']>> {
  const rollout = views.find((view) => view.cluster === ref.cluster)?.rollout(ref.namespace, ref.name)
  return rollout && policyFor(rollout, ownersOf(rollout, applications, deploysTo)[0], clock.now())
}

/** Who serves, and what Git asks for. */
export function verdictOf(controller: Replica, ref: RolloutRef): ReturnType<HttpOptions['verdict']> {
  const { state, reason, wish } = controller.serving(ref)
  return { serving: state, reason, wish }
}
