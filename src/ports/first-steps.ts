/** What `kedge init` was told that a vendor's entry depends on. */
export interface FirstAnswers {
  /** Where its pages are, or where events are sent to; without a slash at the end. Empty where the vendor asks for none. */
  readonly url: string
  /** The place of one file of its secrets. */
  readonly fileOf: (name: string) => string
  /** How Kedge signs in, one of `signsIn`. */
  readonly signIn: string
  /** Where it can send its webhooks to; undefined where Kedge is not reached from outside. */
  readonly webhookUrl: string | undefined
  /** Whom the repositories belong to, where all have one owner; undefined otherwise. */
  readonly owner: string | undefined
}

/** One file of a vendor's Secret: what has to be in it, as a clause for the person who makes it. */
export interface SecretFile {
  readonly name: string
  readonly holds: string
  /** A command that writes it to standard output, where there is one. Holds no secret itself. */
  readonly madeBy?: string
}

/** What a vendor is begun with: its entry of the configuration, its secrets, and the rights that Kedge needs there. Asks nobody. */
export interface FirstSteps {
  /** Its address where nothing else is said. Absent: one has to be given, unless `needsNoUrl`. */
  readonly usualUrl?: string
  readonly needsNoUrl?: boolean
  /** The ways to sign in, the usual one first. Absent where there is one alone. */
  readonly signsIn?: readonly string[]
  /** The keys of its entry beside `type`; files by `fileOf`. */
  entry(answers: FirstAnswers): Record<string, unknown>
  /** Every file that the entry names. */
  secrets(answers: FirstAnswers): readonly SecretFile[]
  /** What a person does there: lines for a terminal, or text to paste. */
  rights(answers: FirstAnswers): readonly string[]
}
