import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import type { CommitRules } from '../domain/revert/commit-rules.ts'
import type { Markup } from '../domain/words/markdown.ts'
import type { AlertSource } from './alerts.ts'
import type { Channel } from './channel.ts'
import type { Clock } from './clock.ts'
import type { Finding } from './finding.ts'
import type { FirstSteps } from './first-steps.ts'
import type { ForgeLimit, VendorForges } from './forge.ts'
import type { GitRepositories } from './git.ts'
import type { HeldLedger } from './held-ledger.ts'
import type { IncomingInteraction } from './interaction.ts'
import type { LedgerStore } from './ledger.ts'
import type { Renderer } from './renderer.ts'
import type { IncomingWebhook } from './webhook.ts'

/** Reads the secrets of one entry of the configuration, and notes what is wrong with them. */
export interface SecretReader {
  /**
   * The text of the file that the entry names under `key`; where it names none, of the environment variable. Undefined when there is
   * neither, or when the file cannot be read, which is noted.
   */
  read(key: readonly string[], file: string | undefined, variable: string): string | undefined
  /** Notes a fault of the entry, or of one of its keys. */
  fault(key: readonly string[], reason: string): void
  /** How many have been noted. */
  readonly faults: number
}

/** What the configuration has to know of a vendor. `Options` is what its schema makes of an entry. */
export interface Manifest {
  /** The word for it in `type`, in addresses and in metrics: lower-case letters, digits and `-`. */
  readonly id: string
  /** Its name in sentences. */
  readonly name: string
  /** The keys of its entry beside `type`, as a strict object of the configuration's own library. */
  readonly config: object
  /** Whether a file of 0.1.0 may have its entry at the top, under its id. */
  readonly isOldKey?: boolean
  /** What `kedge init` begins it with. Absent where it does not offer it. */
  readonly firstSteps?: FirstSteps
}

/** A vendor that may want a secret before it lets Kedge in. */
export interface SigningManifest<Options = unknown, Credential = unknown> extends Manifest {
  /** How Kedge signs in there. Undefined where something is missing, which is noted. */
  credential(options: Options, reader: SecretReader): Credential | undefined
  /** Every secret in a credential as a text, for whoever has to keep them out of sight. */
  secretsIn(credential: Credential): readonly string[]
}

/** A vendor whose options may name files, other than those of secrets. */
interface LocatedManifest<Options, Credential> extends SigningManifest<Options, Credential> {
  /** The same options with every file by its absolute path. */
  located(options: Options, absolute: (path: string) => string): Options
}

/** Everything about one kind of forge. One folder exports one, one line in `src/registry.ts` makes it known. */
export interface ForgeManifest<Options = unknown, Credential = unknown> extends SigningManifest<Options, Credential> {
  /** The host of its clone URLs, with a port where it is not the usual one. */
  gitHost(options: Options): string
  /** Whether it takes owner and name in any case. */
  readonly ignoresCase?: true
  /** What it takes from one account, by its own documentation; none where it has no limits unless somebody sets them. */
  readonly limits: readonly ForgeLimit[]
  /** Whether it shows deployments, see `VendorForge.deploy`. */
  readonly hasDeployments?: true
  /** The secret of its webhook; undefined where none is configured. */
  webhookSecret(options: Options, reader: SecretReader): string | undefined
  /** Opens it. Makes no request before it is asked something. */
  open(options: Options, credential: Credential, site: ForgeSite): Promise<VendorForges>
  /** How text from outside is written into a body there. */
  readonly markup: Markup
  /** The page of a commit. `repository` is normalised, and on this forge. */
  commitUrl(options: Options, repository: string, revision: string): string
  /** What a login or a team looks like there, without `@`. */
  readonly reviewer: RegExp
  readonly webhook: IncomingWebhook
  /** What the doctor asks of one repository that is on this forge, read-only. */
  examine(options: Options, credential: Credential, look: ForgeLook): Promise<ForgeReport>
}

/** What a forge is opened with. */
export interface ForgeSite {
  /** Whether the admin allows a repository. Asked before every use of a credential. */
  readonly allows: (repoURL: string) => boolean
  /** Whether deployments are wanted anywhere: a right of their own at some. */
  readonly deployments: boolean
  /** Epoch ms. */
  readonly now: () => number
  /** Asked right before a request that writes is sent: throws where another process may be acting by now. */
  readonly assertMayAct: () => void
}

/** One repository, and the branch that an Application follows, for the doctor. */
export interface ForgeLook {
  /** What the findings are about. */
  subject: string
  repoURL: string
  branch: string
  /** How the commits of reverts are made there. */
  commits: CommitRules
  /** Whether deployments are wanted anywhere. */
  deployments: boolean
  /** Epoch ms. */
  now: () => number
}

export interface ForgeReport {
  findings: readonly Finding[]
  /** The forge's own clock, epoch ms, where it told. */
  serverTime: number | undefined
}

/** Everything about one kind of channel. */
export interface ChannelManifest<Options = unknown, Credential = unknown> extends SigningManifest<Options, Credential> {
  /** Whether everything goes to one place, so that the name of an entry is its whole address. */
  readonly hasOnePlace?: true
  /** How people answer cards there. Absent where they cannot. */
  readonly interaction?: IncomingInteraction<Options, Credential>
  /** Opens it. Sends nothing before it is asked to. */
  open(options: Options, credential: Credential, site: ChannelSite): Promise<Channel>
  /** What the doctor asks about these channels of it. Posts nothing. */
  examine(options: Options, credential: Credential, channels: readonly string[]): Promise<readonly Finding[]>
}

/** What a channel is opened with. */
export interface ChannelSite {
  /** Whether the admin allows a channel. Asked before anything is sent. */
  readonly allows: (channel: string) => boolean
  /** Epoch ms. */
  readonly now: () => number
}

/** Everything about one kind of renderer. */
export interface RendererManifest<Options = unknown, Credential = unknown> extends LocatedManifest<Options, Credential> {
  /** Whether it is asked without an entry of its own, before those that have one. */
  readonly needsNothing?: boolean
  /** Whether `argocd.api` is an entry of it, beside those in `renderers`. */
  readonly isArgocdApi?: boolean
  /** Opens it. Asks nobody before it is asked something. @throws KedgeError E_CONFIG_INVALID */
  open(options: Options, credential: Credential, site: RendererSite): Promise<Renderer & Partial<AsyncDisposable>>
  /** What the doctor asks of it, opened, about the Applications in view, read-only. */
  examine(renderer: Renderer, applications: readonly ApplicationSnapshot[]): Promise<readonly Finding[]>
}

/** What a renderer is opened with. */
export interface RendererSite {
  readonly repositories: GitRepositories
}

/** Everything about one kind of server that has alerts. */
export interface AlertManifest<Options = unknown, Credential = unknown> extends LocatedManifest<Options, Credential> {
  /** Its webhook, which says that something has changed. Absent where it has none. */
  readonly webhook?: IncomingWebhook
  /** Opens it. Asks nobody before it is asked something. @throws KedgeError E_CONFIG_INVALID */
  open(options: Options, credential: Credential, site: AlertSite<Credential>): Promise<AlertSource & Partial<AsyncDisposable>>
  /** What the doctor asks of it, opened, read-only. */
  examine(source: AlertSource): Promise<readonly Finding[]>
}

/** What a server of alerts is opened with. */
export interface AlertSite<Credential = unknown> {
  /** The credential that holds now; the one that it was opened with where this is absent, or has none. */
  readonly signsIn?: () => Credential | undefined
  /** The label of alerts that holds the namespace; undefined where no single one does. */
  readonly namespaceLabel: string | undefined
  /** The label that names the cluster; undefined where no single one does. */
  readonly clusterLabel?: string | undefined
  /** The labels that may hold the name of a Rollout, in the order in which they are looked at. */
  readonly rolloutLabels?: readonly string[]
  /** Epoch ms. */
  readonly now: () => number
}

/** Everything about one kind of place where the ledger can be kept. */
export interface LedgerManifest<Options = unknown, Credential = unknown> extends LocatedManifest<Options, Credential> {
  /** What a ledger is called in messages, such as its path. No secret. */
  placeOf(options: Options): string
  /** Opens or makes it. @throws KedgeError E_LEDGER_* */
  open(options: Options, credential: Credential, site: LedgerSite<Credential>): Promise<HeldLedger>
  /**
   * Opens or makes it beside other processes that lead clusters of their own. Absent where one process alone can have it.
   * @throws KedgeError E_LEDGER_*
   */
  openShared?(options: Options, credential: Credential, site: LedgerSite<Credential>): Promise<HeldLedger>
  /** Whether two credentials lead to one place, so that a ledger that is open goes on with the second. Absent where there are none. */
  isSamePlace?(before: Credential, after: Credential): boolean
  /** Opens it beside a running service; nothing can be appended. @throws KedgeError E_LEDGER_* */
  openToRead(options: Options, credential: Credential): Promise<LedgerStore>
  /** What the doctor asks of it. Writes nothing. */
  examine(options: Options, credential: Credential, look: LedgerLook): Promise<Finding>
  /**
   * Begins a ledger beside the one that is there, to take its place once it is whole. Absent where one is filled where it is, at once.
   * @throws KedgeError E_LEDGER_*; E_LEDGER_NOT_EMPTY where `source`, which it is to be filled from, is a file of the ledger itself
   */
  beginAnew?(options: Options, anew: { source: string; now: () => number }): Promise<LedgerAnew>
}

/** A ledger that is made beside another, which nobody writes to meanwhile. What was made goes with it unless it has taken the place. */
export interface LedgerAnew extends AsyncDisposable {
  /** Whether the one that is there has records. @throws KedgeError E_LEDGER_* where that cannot be read */
  holdsRecords(): Promise<boolean>
  /** Opens the one that is made, as the service will. @throws KedgeError E_LEDGER_* */
  open(): Promise<HeldLedger>
  /** Puts it, closed, where the other is, and says where that is now; undefined where there was none. @throws KedgeError E_LEDGER_LOCKED */
  takePlace(): Promise<string | undefined>
}

/** What a ledger is opened with: the time, and chance in [0, 1). */
export interface LedgerSite<Credential = unknown> extends Clock {
  readonly now: () => number
  readonly random: () => number
  /** How Kedge signs in by now. Absent where that does not change before the ledger is closed. */
  readonly signsIn?: () => Credential
}

/** What the doctor lends to whoever examines a ledger. */
export interface LedgerLook {
  /** Epoch ms. */
  readonly now: () => number
  /** Whether this user may write to a folder, or make it. */
  readonly folder: (path: string) => Finding
}

/** What there is of each kind. Renderers are asked in this order, and the first ledger is meant where no type is said. */
export interface Registry {
  readonly forges: readonly ForgeManifest[]
  readonly channels: readonly ChannelManifest[]
  readonly renderers: readonly RendererManifest[]
  readonly ledgers: readonly LedgerManifest[]
  readonly alerts: readonly AlertManifest[]
}
