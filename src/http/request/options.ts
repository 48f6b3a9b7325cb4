import type { Registry } from 'prom-client'
import type { AlertsDetail } from '../../api/alerts-contract.ts'
import type { Readiness } from '../../api/contract.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { HeldWish } from '../../domain/release/wish.ts'
import type { ServingState } from '../../domain/rollout/serving.ts'
import type { RolloutRef, RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { CardAnswer, IncomingInteraction } from '../../ports/interaction.ts'
import type { Ledger, LedgerStore } from '../../ports/ledger.ts'
import type { Logger } from '../../ports/log.ts'
import type { IncomingWebhook } from '../../ports/webhook.ts'
import type { CheckpointStanding } from '../../reconcile/ledger/checkpoints.ts'
import type { ChainStanding } from '../../reconcile/ledger/resume-ledger.ts'
import type { ClusterLeader } from '../../reconcile/loop/controllers.ts'
import type { Lift } from '../../reconcile/quarantine/lift.ts'

/** JSONPaths by which an admin says where a payload of argocd-notifications keeps its names. Undefined: not in it. */
export interface ArgocdFields {
  application?: string | undefined
  applicationNamespace?: string | undefined
  rollout?: string | undefined
  rolloutNamespace?: string | undefined
  cluster?: string | undefined
}

/** What came of a person's wish to adopt a release that was broken before Kedge looked. `asked`: another process does it, before long. */
export type AdoptResult = { result: 'adopted' | 'asked' } | { result: 'refused'; reason: string } | { result: 'absent' }

/** The id of a forge or of a channel, or `argocd`. */
export type WebhookSource = string

/** A kind of forge whose webhooks are taken, at `/webhooks/<id>`. */
export interface WebhookSender {
  id: string
  /** As people write it. */
  name: string
  webhook: IncomingWebhook
  /** Any of them verifies: there may be several hosts of one kind. None: the webhook is closed. */
  secrets: readonly string[]
}

/** A kind of channel where people answer cards, at `/webhooks/<id>`. */
export interface InteractionSender {
  id: string
  /** As people write it. */
  name: string
  interaction: IncomingInteraction
  /** Those that take answers, by their names. None: the webhook is closed. */
  entries: readonly { name: string; secret: string; options: unknown }[]
}

export type WebhookResult = 'accepted' | 'duplicate' | 'ignored' | 'unauthorized' | 'malformed' | 'too-large' | 'unavailable'

/** Where pages link to. Undefined where there is nothing to link to. */
export interface Links {
  application(namespace: string, name: string): string | undefined
  commit(repository: string, revision: string): string | undefined
  /** Where people reach a path of Kedge's own pages. */
  own?: ((path: string) => string | undefined) | undefined
  /** The admin's own, such as dashboards. */
  more?: ((release: Release) => readonly { text: string; url: string }[]) | undefined
}

export interface ListenAddress {
  host: string
  /** 0 takes a free one. */
  port: number
}

/** What the pages and the API read. */
export interface ReadOptions {
  views: readonly ClusterView[]
  ledger: Ledger
  /** What is not in memory: histories, and releases of long ago. */
  store: Pick<LedgerStore, 'load' | 'naming' | 'history' | 'newest' | 'head' | 'archived'>
  clock: Clock
  /** Who serves, by the rules of the domain over the present view, and what Git asks for where that is something else. */
  verdict(ref: RolloutRef): { serving: ServingState; reason: string; wish?: HeldWish | undefined }
  /** Which Applications own a Rollout, wherever Argo CD is; see `ownersOf` of the domain. */
  ownersOf(rollout: RolloutSnapshot): readonly ApplicationSnapshot[]
  /** What the admin allows for a Rollout; without it, `explain` shows no policy. */
  policy?: ((ref: RolloutRef) => Policy | undefined) | undefined
  /**
   * The line of the configuration that would let Kedge look into Git, where it does not: for one Rollout, or, without one, where no
   * repository is allowed at all.
   */
  unaskedGit?: ((rollout?: RolloutSnapshot) => string | undefined) | undefined
  /** The alerts about a Rollout, and what each says. Absent where nobody is asked for any. */
  alertsOf?: ((ref: RolloutRef) => AlertsDetail | undefined) | undefined
  links: Links
  /** What the ledger has of a release, signed. Undefined where nothing is signed. */
  attest?: ((releaseKey: string) => Promise<string | undefined>) | undefined
  /** How far this process has walked the chain of the ledger. Undefined where nobody says. */
  chain?: (() => ChainStanding) | undefined
  /** How each place of signed checkpoints stands; empty while another process signs. Undefined where nothing is signed. */
  signedCheckpoints?: (() => readonly CheckpointStanding[]) | undefined
  /** Who leads each cluster. Nobody is asked where one process leads all. */
  leaders?: (() => readonly ClusterLeader[]) | undefined
}

export interface ApiOptions extends ReadOptions {
  logger: Logger
  readiness(): Readiness
  registry: Registry
  /** Without it, nothing can be adopted over HTTP. */
  adopt?: ((releaseKey: string, by: string) => Promise<AdoptResult>) | undefined
  /** Tries now what waits for a Rollout; false where there is none of this name. */
  retry?: ((ref: RolloutRef) => boolean | Promise<boolean>) | undefined
  /** A person wants each release of a storm decided by itself. Without it, nothing can be released over HTTP. */
  releaseStorm?: ((key: string, by: string) => Promise<'released' | 'asked' | 'absent' | 'not-needed'>) | undefined
  /** A person lets a version that failed come back. Without it, nothing can be lifted over HTTP. */
  lift?: ((lift: Lift) => Promise<'lifted' | 'asked' | 'absent' | 'not-needed'>) | undefined
  secrets: { adminToken?: string | undefined }
}

export interface WebhookOptions {
  views: readonly ClusterView[]
  inbox: Inbox
  /** Whether other processes look into the inbox, too, and see to what is in it. */
  isShared?: boolean | undefined
  clock: Clock
  logger: Logger
  senders: readonly WebhookSender[]
  /** Where people answer cards. Nowhere, where it is not said. */
  interactions?: readonly InteractionSender[] | undefined
  /** A person has answered a card of the channel that is called so in the configuration. */
  answer?: ((answer: CardAnswer, channel: string) => Promise<'answered' | 'absent' | 'over'>) | undefined
  secrets: { argocdWebhook?: string | undefined }
  argocdFields: ArgocdFields
  /** Bytes that one delivery may have; 1 MB where nothing is said. A forge may send up to 25 MB. */
  maxBodyBytes?: number | undefined
  /** A hint: look at this key, `cluster/namespace/rollout`. */
  enqueue(key: string): void
  /** A hint: look at everything that comes from this repository (normalised). */
  enqueueRepository(repository: string): void
  /** A hint: look at everything of this Application, in every cluster. */
  enqueueApplication(namespace: string, name: string): void
  /** A hint: an alert has come or gone. Absent where nobody is asked for any. */
  enqueueAlerts?: (() => void) | undefined
  /** Told of every delivery, for the metrics. */
  counted?: ((source: WebhookSource, result: WebhookResult) => void) | undefined
}

export interface HttpOptions extends ApiOptions, WebhookOptions {
  /** See `Names`. */
  hosts?: { api: readonly string[]; webhooks: readonly string[] } | undefined
  publicHost?: string | undefined
  secrets: ApiOptions['secrets'] & WebhookOptions['secrets']
}

/** Where the two listeners are. */
export interface ListenAddresses {
  api: ListenAddress
  webhooks: ListenAddress
}
