/** What a delivery makes Kedge look at. Never what Kedge believes: it always reads the present state itself. */
export type Hint =
  | { look: 'repository'; repository: string }
  | { look: 'application'; namespace: string; name: string }
  | { look: 'alerts' }
  | { look: 'rollout'; cluster: string | undefined; namespace: string; name: string }

/** A delivery as it came, before anything of it is believed. */
export interface IncomingDelivery {
  /** Of any spelling of its name. */
  readonly header: (name: string) => string | undefined
  /** The bytes as they came. */
  body: Uint8Array
}

/**
 * How a sender shows that a delivery is its own, and what one says. Pure; the listener limits, parses, keeps and answers.
 * Promises nothing of a payload but its shape: a hint names something to look at, and nothing more.
 */
export interface IncomingWebhook {
  /** Whether the sender knows the secret. Takes the same time wherever it differs; false for an empty secret. */
  verify(delivery: IncomingDelivery, secret: string): boolean
  /** What a delivery lacked that could not be verified, as a sentence. */
  readonly unverified: string
  /** The sender's own id of a delivery, by which a repeated one is known; undefined when there is none. */
  idOf(delivery: IncomingDelivery): string | undefined
  /** What a delivery without an id lacks, as a sentence. */
  readonly withoutId: string
  /** `hint` may mean something; `ping` only tries the connection; `other` is not for Kedge. */
  kindOf(delivery: IncomingDelivery): 'hint' | 'ping' | 'other'
  /** What to look at; empty when the payload does not say. */
  hints(payload: unknown): readonly Hint[]
  /** All deliveries say the same, and `verify` needs no body: of very many at once, most need not be read. */
  readonly saysOneThing?: Hint
  /** What a payload without hints lacks, as a sentence. */
  readonly withoutHints: string
}
