import type { Channel } from './channel.ts'
import type { Finding } from './finding.ts'
import type { HostedForges } from './forge.ts'
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
}

/** Everything about one kind of forge. One folder exports one, one line in `src/registry.ts` makes it known. */
export interface ForgeManifest<Options = unknown, Credential = unknown> extends Manifest {
  /** The host of its clone URLs, with a port where it is not the usual one. */
  gitHost(options: Options): string
  /** How Kedge signs in there. Undefined where something is missing, which is noted. */
  credential(options: Options, reader: SecretReader): Credential | undefined
  /** Every secret in a credential as a text, for whoever has to keep them out of sight. */
  secretsIn(credential: Credential): readonly string[]
  /** The secret of its webhook; undefined where none is configured. */
  webhookSecret(options: Options, reader: SecretReader): string | undefined
  /** Opens it, with its own links and escaping. Makes no request before it is asked something. */
  open(options: Options, credential: Credential, site: ForgeSite): Promise<HostedForges>
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
  /** Epoch ms. */
  readonly now: () => number
}

/** One repository, and the branch that an Application follows, for the doctor. */
export interface ForgeLook {
  /** What the findings are about. */
  subject: string
  repoURL: string
  branch: string
  /** Epoch ms. */
  now: () => number
}

export interface ForgeReport {
  findings: readonly Finding[]
  /** The forge's own clock, epoch ms, where it told. */
  serverTime: number | undefined
}

/** Everything about one kind of channel. */
export interface ChannelManifest<Options = unknown, Credential = unknown> extends Manifest {
  /** How Kedge signs in there. Undefined where something is missing, which is noted. */
  credential(options: Options, reader: SecretReader): Credential | undefined
  /** Every secret in a credential as a text. */
  secretsIn(credential: Credential): readonly string[]
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

/** Which forges and channels there are. */
export interface Registry {
  readonly forges: readonly ForgeManifest[]
  readonly channels: readonly ChannelManifest[]
}
